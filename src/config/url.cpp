#include "config/url.hpp"

#include <algorithm>

#include "config/address.hpp"

namespace towline::config {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

bool is_host(const std::string& host) {
  if (is_ipv6(host)) return true;
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-._";
  return !host.empty() && host.size() <= 253 && host.find_first_not_of(allowed) == std::string::npos;
}

// Splits "host:port" and fills it in.
Result<void> set_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos)
    return Error{"no user name or password in a URL: it would show in logs; use the settings for credentials"};
  Result<HostPort> parts = split_host_port(authority);
  if (!parts) return parts.error();
  url.host = lower(parts->host);
  url.port = parts->port.value_or(default_port(url.scheme));
  if (!is_host(url.host)) return Error{"the host is missing or has characters that no host has"};
  if (url.port == 0) return Error{"the port must be a number from 1 to 65535"};
  return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (!printable) return Error{"a URL has no spaces, control characters or letters beyond ASCII"};
  if (text.find('#') != std::string_view::npos) return Error{"a `#fragment` is never sent: remove it"};
  const std::size_t separator = text.find("://");
  Url url;
  if (separator != std::string_view::npos) url.scheme = lower(text.substr(0, separator));
  if (url.scheme != "http" && url.scheme != "https") return Error{"a URL begins with https:// or http://"};
  text.remove_prefix(separator + 3);
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  const Result<void> authority = set_authority(text.substr(0, path), url);
  if (!authority) return authority.error();
  url.path = text.substr(path);
  if (!url.path.starts_with('/')) url.path.insert(0, "/");
  return url;
}

std::string to_string(const Url& url) {
  std::string text = url.scheme + "://" + bracketed(url.host);
  if (url.port != default_port(url.scheme)) text += ":" + std::to_string(url.port);
  return text + url.path;
}

std::optional<Url> Value<Url>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "a URL", problems)) return std::nullopt;
  Result<Url> url = parse_url(node.text);
  if (url) return std::move(*url);
  // The value itself isn't shown: it may hold a password.
  problems.add(node.mark, "not a URL that can be used here", url.error().message);
  return std::nullopt;
}

std::string Value<Url>::print(const Url& url) {
  return url.scheme.empty() ? std::string() : "\"" + to_string(url) + "\"";
}

ValueInfo Value<Url>::info() {
  return {"URL", text_matching("^https?://|\\$\\{"), {}};
}

}  // namespace towline::config
