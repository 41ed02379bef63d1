// The address of a destination: http or https. User names and passwords in it are refused: URLs are shown in logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/value.hpp"

namespace towline::config {

struct Url {
  std::string scheme;      // "http" or "https"; empty only in a Url that was never set
  std::string host;        // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;  // the scheme's own (80, 443) when the text names none
  std::string path;        // begins with '/'; with the query, if there is one
  bool operator==(const Url&) const = default;
};

Result<Url> parse_url(std::string_view text);
// The whole URL; the port only where it isn't the scheme's own. Safe to show.
std::string to_string(const Url& url);

template <>
struct Value<Url> {
  static std::optional<Url> parse(const Node& node, Problems& problems);
  static std::string print(const Url& url);
  static ValueInfo info();
};

}  // namespace towline::config
