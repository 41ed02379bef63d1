// Fuzzes the reader of HTTP requests. Oracles: however the bytes are split, the verdict, the body and what is left are
// the same; what is taken is clear: never a length beside chunks, and a body of exactly the length that was announced.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "net/http_request_reader.hpp"

namespace {

using towline::net::HttpRequestReader;
using Status = HttpRequestReader::Status;

struct Outcome {
  Status status = Status::going;
  std::string method;
  std::string target;
  std::string body;
  std::string left;
  bool operator==(const Outcome&) const = default;
};

class Feeder {
 public:
  void feed(std::string_view bytes) {
    if (!in_body_ && outcome_.status == Status::going && !bytes.empty()) take_head(bytes);
    while (in_body_ && outcome_.status == Status::going && !bytes.empty()) {
      std::string_view piece;
      const std::size_t before = bytes.size();
      outcome_.status = reader_.take_body(bytes, piece);
      outcome_.body += piece;
      CHECK(bytes.size() < before || outcome_.status != Status::going);
    }
    outcome_.left += bytes;
  }

  Outcome outcome() {
    if (outcome_.status != Status::done) {
      outcome_.left.clear();  // nobody reads on
      outcome_.body.clear();  // nor uses this
      return outcome_;
    }
    const bool chunked = !reader_.field("transfer-encoding").empty();
    CHECK(!(chunked && reader_.content_length()));
    CHECK(!(chunked && reader_.is_http_1_0()));
    CHECK(chunked || outcome_.body.size() == reader_.content_length().value_or(0));
    return outcome_;
  }

 private:
  void take_head(std::string_view& bytes) {
    outcome_.status = reader_.take_head(bytes);
    in_body_ = outcome_.status == Status::done;
    if (!in_body_) return;
    outcome_.method = reader_.method();
    outcome_.target = reader_.target();
    if (!reader_.body_done()) outcome_.status = Status::going;
  }

  HttpRequestReader reader_{{4096, 20}};
  bool in_body_ = false;
  Outcome outcome_;
};

Outcome read(std::string_view bytes, std::string_view cuts) {
  Feeder feeder;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const std::size_t cut = cuts.empty() ? bytes.size() : static_cast<unsigned char>(cuts[i % cuts.size()]) % 33U + 1U;
    feeder.feed(bytes.substr(0, cut));
    bytes.remove_prefix(std::min(cut, bytes.size()));
  }
  return feeder.outcome();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::string input(data, data + size);
  const std::string_view bytes = std::string_view(input).substr(4);
  const Outcome whole = read(bytes, {});
  CHECK(whole == read(bytes, std::string_view(input).substr(0, 4)));
  CHECK(whole == read(bytes, std::string_view("\0", 1)));
  return 0;
}
