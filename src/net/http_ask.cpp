// HTTP/1.0, so that the reply ends with the connection and is never chunked.
#include "net/http_ask.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "config/address.hpp"
#include "config/url.hpp"
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

// "HTTP/1.1 200 OK" and header fields, an empty line, the body.
std::optional<HttpAnswer> parse_reply(std::string_view text) {
  const std::size_t header_end = text.find("\r\n\r\n");
  const std::size_t status_at = text.find(' ') + 1;
  if (!text.starts_with("HTTP/1.") || header_end == std::string_view::npos || status_at > header_end)
    return std::nullopt;
  HttpAnswer reply;
  const auto [end, error] = std::from_chars(text.data() + status_at, text.data() + header_end, reply.status);
  if (error != std::errc() || reply.status < 100 || reply.status > 999) return std::nullopt;
  reply.body = text.substr(header_end + 4);
  return reply;
}

std::string request_text(const config::Url& target, const HttpQuestion& question) {
  std::string text = std::string(question.method) + " " + target.path + " HTTP/1.0\r\nHost: ";
  text += config::bracketed(target.host) + "\r\n";
  for (const auto& [name, value] : question.headers) text += name + ": " + value + "\r\n";
  if (question.method != "GET") text += "Content-Length: 0\r\n";
  return text + "Connection: close\r\n\r\n";
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

Result<HttpAnswer> http_post(const std::string& url, Duration timeout) {
  return http_ask(url, {.method = "POST", .headers = {{"Content-Type", "application/json"}}, .timeout = timeout});
}

}  // namespace towline::net
