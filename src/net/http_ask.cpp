#include "net/http_ask.hpp"

#include <optional>

#include "config/url.hpp"
#include "net/http_ask_text.hpp"
#include "runtime/asio.hpp"

namespace towline::net {

namespace {

using Stream = runtime::asio::ip::tcp::iostream;

// Reads to the end of the stream; nothing when that is further than `reply_max` away.
std::optional<std::string> read_all(Stream& stream, std::size_t reply_max) {
  std::string text(reply_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > reply_max) return std::nullopt;
  return text;
}

}  // namespace

Result<HttpAnswer> http_ask(const std::string& url, const HttpQuestion& question) {
  const Result<config::Url> target = config::parse_url(url);
  if (!target) return target.error();
  if (target->scheme != "http") return Error{url + ": only http:// is possible here"};

  Stream stream;
  stream.expires_after(question.timeout);
  stream.connect(target->host, std::to_string(target->port));
  stream << request_text(*target, question);  // in one piece: this stream sends whatever each << gives it
  if (!stream) return Error{"can't reach " + url + ": " + stream.error().message()};

  const std::optional<std::string> text = read_all(stream, question.reply_max);
  if (!text) return Error{"the answer of " + url + " is too long"};
  if (stream.error() && stream.error() != runtime::asio::error::eof) {
    return Error{"no answer from " + url + ": " + stream.error().message()};
  }
  std::optional<HttpAnswer> reply = parse_reply(*text);
  if (!reply) return Error{"the answer of " + url + " is not HTTP"};
  return std::move(*reply);
}

Result<HttpAnswer> http_get(const std::string& url, Duration timeout) {
  return http_ask(url, {.timeout = timeout});
}

}  // namespace towline::net
