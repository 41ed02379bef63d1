// Whatever stands around it, a planted secret never survives redaction; the output is one valid record; redacting twice
// is redacting once. The input is taken as a line (a record or not) and as the text around a secret.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json_string.hpp"
#include "record/record.hpp"
#include "transforms/redact/redact.hpp"

namespace {

using namespace towline;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view secrets[] = {"zoe.planted@example.com",
                                        "4111 1111 1111 1111",
                                        "536-22-8726",
                                        "GB29NWBK60161331926819",
                                        "AKIAIOSFODNN7EXAMPLE",
                                        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                                        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz"};

class Redactor {
 public:
  std::string redact(std::string text) {
    const std::size_t size = text.size();
    text.append(record::padding, '"');
    const std::string_view line = std::string_view(text).substr(0, size);
    if (record_.parse(line, {}) != record::ParseError::none) record_.wrap(line, "fuzz", {});
    step_.apply(record_);
    std::string out;
    record_.write(out);
    return out;
  }

  // The line is delivered as a valid record that redaction leaves alone.
  std::string check(const std::string& line) {
    const std::string once = redact(line);
    std::string padded = once;
    padded.append(record::padding, '\0');
    record::Record again;
    require(again.parse(std::string_view(padded).substr(0, once.size()), {}) == record::ParseError::none);
    require(redact(once) == once);
    return once;
  }

 private:
  telemetry::Metrics metrics_;
  telemetry::Audit audit_;
  Facts facts_;
  telemetry::LogMetrics log_metrics_;
  redact::RedactStep step_{redact::RedactConfig(), {"fuzz", 0, metrics_, audit_, facts_, log_metrics_}};
  record::Record record_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Redactor redactor;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  redactor.check(std::string(input));
  if (input.empty()) return 0;
  const std::string_view secret = secrets[data[0] % std::size(secrets)];
  const std::size_t middle = input.size() / 2;
  if (input.find(secret) != std::string_view::npos) return 0;  // as part of something else, where it is no secret
  // Spaces keep the secret a word of its own; two of them keep digits around it from being part of it.
  const std::string text = std::string(input.substr(1, middle)) + "  " + std::string(secret) + "  " +
                           std::string(input.substr(std::min(input.size(), middle + 1)));
  std::string quoted;
  append_json_string(quoted, text);
  for (const std::string& line :
       {"{" + quoted + ":" + quoted + "}", "{\"a\":[" + quoted + ",{\"b\":" + quoted + "}]}", "x" + text}) {
    require(redactor.check(line).find(secret) == std::string::npos);
  }
  // The value of a sensitive name, with something beside it that looks as if it were redacted already, or hides names.
  constexpr std::string_view begins[] = {"[REDACTED:", "[REDACTED:field]", "\x1B[35m", "Bearer ", "b'", "a\""};
  const std::string_view begin = begins[data[0] % std::size(begins)];
  const std::string planted = "password=" + std::string(begin) + "planted7secret " + std::string(input.substr(1));
  if (input.find("planted7secret") != std::string_view::npos) return 0;
  require(redactor.check(planted).find("planted7secret") == std::string::npos);
  redactor.check(std::string(input.substr(1, middle)) + " " + planted);
  return 0;
}
