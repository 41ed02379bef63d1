#include "net/http_ask_text.hpp"

#include <charconv>

#include "config/address.hpp"

namespace towline::net {

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

}  // namespace towline::net
