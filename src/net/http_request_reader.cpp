// The only file that includes Boost.Beast, which is slow to compile.
#include "net/http_request_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

#include "net/http_chunks.hpp"
#include "net/http_head.hpp"

namespace towline::net {

namespace {

namespace http = boost::beast::http;

constexpr std::string_view head_end = "\r\n\r\n";

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct HttpRequestReader::Parsed {
  http::request_parser<http::empty_body> parser;
  std::optional<std::uint64_t> content_length;
  std::uint64_t left = 0;  // of it
  std::optional<ChunkDecoder> chunks;
};

HttpRequestReader::HttpRequestReader(HttpRequestLimits limits) : limits_(limits) {}
HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::Status HttpRequestReader::take_head(std::string_view& bytes) {
  const std::size_t searched = head_.size() - std::min(head_.size(), head_end.size() - 1);
  const std::size_t before = head_.size();
  const std::string_view taken = bytes.substr(0, limits_.head_bytes + 1 - before);
  head_.append(taken);
  const std::size_t end = head_.find(head_end, searched);
  if (end == std::string::npos) {
    bytes.remove_prefix(taken.size());
    return head_.size() > limits_.head_bytes ? Status::too_large : Status::going;
  }
  head_.resize(end + head_end.size());
  bytes.remove_prefix(head_.size() - before);
  return head_.size() > limits_.head_bytes ? Status::too_large : parse();
}

// Ours is the strict reading, Beast's the one that is used: a head that either refuses is refused.
HttpRequestReader::Status HttpRequestReader::parse() {
  const HeadFault fault = check_head(head_, limits_.fields);
  if (fault != HeadFault::none) return fault == HeadFault::malformed ? Status::malformed : Status::too_large;
  parsed_ = std::make_unique<Parsed>();
  parsed_->parser.header_limit(static_cast<std::uint32_t>(limits_.head_bytes));
  parsed_->parser.body_limit(boost::none);
  boost::system::error_code error;
  parsed_->parser.put(boost::asio::buffer(head_), error);
  if (error || !parsed_->parser.is_header_done()) return Status::malformed;
  if (!field("transfer-encoding").empty()) parsed_->chunks.emplace();
  if (const std::string_view length = field("content-length"); !length.empty()) {
    std::from_chars(length.data(), length.data() + length.size(), parsed_->left);
    parsed_->content_length = parsed_->left;
  }
  return Status::done;
}

std::string_view HttpRequestReader::method() const {
  return view(parsed_->parser.get().method_string());
}
std::string_view HttpRequestReader::target() const {
  return view(parsed_->parser.get().target());
}
std::string_view HttpRequestReader::field(std::string_view name) const {
  return view(parsed_->parser.get()[boost::beast::string_view(name.data(), name.size())]);
}
bool HttpRequestReader::is_http_1_0() const {
  return parsed_->parser.get().version() == 10;
}
bool HttpRequestReader::keep_alive() const {
  return parsed_->parser.get().keep_alive();
}
std::optional<std::uint64_t> HttpRequestReader::content_length() const {
  return parsed_->content_length;
}
bool HttpRequestReader::chunked() const {
  return parsed_->chunks.has_value();
}

HttpRequestReader::Status HttpRequestReader::take_body(std::string_view& bytes, std::string_view& piece) {
  if (parsed_->chunks) {
    if (!parsed_->chunks->next(bytes, piece)) return Status::malformed;
  } else {
    piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(parsed_->left, bytes.size())));
    bytes.remove_prefix(piece.size());
    parsed_->left -= piece.size();
  }
  return body_done() ? Status::done : Status::going;
}

bool HttpRequestReader::body_done() const {
  return parsed_->chunks ? parsed_->chunks->done() : parsed_->left == 0;
}

}  // namespace towline::net
