// What a request's head must look like before anything in it is believed. Servers and proxies that read an unclear head
// in different ways let one request be smuggled inside another, so whatever RFC 9112 leaves open is refused here: two
// lengths, a length beside chunks, codings other than `chunked`, folded lines, a bare line end, space before a colon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace towline::net {

enum class HeadFault : std::uint8_t { none, malformed, too_many_fields };

// `head`: the bytes through the empty line, "GET / HTTP/1.1\r\nHost: a\r\n\r\n".
HeadFault check_head(std::string_view head, std::size_t fields_max);

}  // namespace towline::net
