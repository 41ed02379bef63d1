// Whatever stands around it, and however it is encoded, a planted secret never survives redaction; the output is one
// valid record; redacting twice is redacting once. The input is taken as a line (a record or not), as a value and a key
// in JSON in a string, and as the text around a secret.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json_string.hpp"
#include "record/record.hpp"
#include "transforms/redact/encodings_test_support.hpp"
#include "transforms/redact/redact.hpp"

namespace {

using namespace towline;

void require(bool holds) {
  if (!holds) std::abort();
}

class Redactor {
 public:
  explicit Redactor(const redact::RedactConfig& config)
      : config_(config), step_(config_, {"fuzz", 0, metrics_, audit_, facts_, log_metrics_}) {}

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
  redact::RedactConfig config_;
  redact::RedactStep step_;
  record::Record record_;
};

redact::RedactConfig config_with(redact::Action action) {
  redact::RedactConfig config;
  config.action = action;
  config.hash.emplace();
  config.hash->key = config::SecretSource::literal(Secret("0123456789abcdef"));
  config.marker = true;
  config.keep_type = action == redact::Action::mask;
  return config;
}

// The value of a sensitive name, with something beside it that looks as if it were redacted already, or hides names.
void check_assigned(Redactor& redactor, std::string_view input) {
  constexpr std::string_view begins[] = {"[REDACTED:", "[REDACTED:field]", "\x1B[35m", "Bearer ", "b'", "a\""};
  const std::string_view begin = begins[static_cast<unsigned char>(input[0]) % std::size(begins)];
  const std::string planted = "password=" + std::string(begin) + "planted7secret " + std::string(input.substr(1));
  if (input.find("planted7secret") != std::string_view::npos) return;
  require(redactor.check(planted).find("planted7secret") == std::string::npos);
  redactor.check(std::string(input.substr(1, input.size() / 2)) + " " + planted);
}

// Spaces keep the secret a word of its own; two of them keep digits around it from being part of it.
void check_planted(Redactor& redactor, std::string_view input) {
  const auto choice = static_cast<unsigned char>(input[0]);
  const std::string_view secret = redact::planted_secrets[choice % std::size(redact::planted_secrets)];
  const redact::Encode encode = redact::encodings[choice / 8U % std::size(redact::encodings)];
  const std::size_t middle = input.size() / 2;
  if (input.find(secret) != std::string_view::npos) return;  // as part of something else, where it is no secret
  const std::string before(input.substr(1, middle));
  const std::string after(input.substr(std::min(input.size(), middle + 1)));
  const std::string text = encode(before + "  " + std::string(secret) + "  " + after);
  const std::string hidden = encode(secret);
  const std::string quoted = redact::json_string(text, choice % 2 == 0);
  const std::string beside =
      redact::json_string(before + "  " + encode("  " + std::string(secret) + "  ") + "  " + after, choice % 3 == 0);
  for (const std::string& line : {"{" + quoted + ":" + beside + "," + quoted + ":1}",
                                  "{\"a\":[" + quoted + ",{\"b\":" + beside + "}]}", "x" + text}) {
    const std::string out = redactor.check(line);
    require(out.find(secret) == std::string::npos && out.find(hidden) == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Redactor redactors[] = {Redactor(redact::RedactConfig()), Redactor(config_with(redact::Action::hash)),
                                 Redactor(config_with(redact::Action::remove)),
                                 Redactor(config_with(redact::Action::mask))};
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  Redactor& redactor = redactors[static_cast<unsigned char>(input.back()) % std::size(redactors)];
  redactor.check(std::string(input));
  redactor.check("{\"m\":" + redact::json_string(redact::in_json(input), false) + "}");
  redactor.check("{\"m\":" + redact::json_string(redact::in_json_key(input), false) + "}");
  redactor.check("{" + redact::json_string(input, false) + ":" + redact::json_string(input, true) + "}");
  check_planted(redactor, input);
  check_assigned(redactor, input);
  return 0;
}
