// The texts of http_ask.hpp: HTTP/1.0, so that the reply ends with the connection and is never chunked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/url.hpp"
#include "net/http_ask.hpp"

namespace towline::net {

std::string request_text(const config::Url& target, const HttpQuestion& question);

// "HTTP/1.1 200 OK" and header fields, an empty line, and what there is of the body. Nothing if it isn't that.
std::optional<HttpAnswer> parse_reply(std::string_view text);

}  // namespace towline::net
