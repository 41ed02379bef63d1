// Reads one HTTP/1.1 request out of the bytes of a connection: first its head, then its body. It has no socket and no
// clock; however the bytes are split, the verdict is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace towline::net {

struct HttpRequestLimits {
  std::size_t head_bytes = 16384;  // request line and fields together
  std::size_t fields = 100;
};

class HttpRequestReader {
 public:
  enum class Status : std::uint8_t {
    going,      // all bytes were taken, there must be more
    done,       // what is left of the bytes belongs to the next request
    malformed,  // answer 400 and close: nobody knows where the next request would begin
    too_large,  // the head exceeds the limits
  };

  explicit HttpRequestReader(HttpRequestLimits limits);
  ~HttpRequestReader();
  HttpRequestReader(const HttpRequestReader&) = delete;
  HttpRequestReader& operator=(const HttpRequestReader&) = delete;

  // To be called until it is done.
  Status take_head(std::string_view& bytes);

  // --- after the head; what they give lives as long as the reader ---

  std::string_view method() const;
  std::string_view target() const;
  // The value of a field, empty without it; `name` in any case.
  std::string_view field(std::string_view name) const;
  bool is_http_1_0() const;
  bool keep_alive() const;

  bool has_body() const { return chunked() || content_length().value_or(0) > 0; }
  // Nothing where the body is chunked or there is none.
  std::optional<std::uint64_t> content_length() const;

  // The next stretch of content, a part of `bytes`; to be called until it is done, also for an empty body.
  Status take_body(std::string_view& bytes, std::string_view& piece);
  bool body_done() const;

 private:
  struct Parsed;
  bool chunked() const;
  Status parse();

  HttpRequestLimits limits_;
  std::string head_;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace towline::net
