// IPv4 addresses as both detectors of IP addresses read them.
#pragma once

#include <cstddef>
#include <string_view>

namespace towline::redact {

// The end of four numbers from 0 to 255 with dots between them that begin at `at`, or 0.
std::size_t ipv4_end(std::string_view text, std::size_t at);

}  // namespace towline::redact
