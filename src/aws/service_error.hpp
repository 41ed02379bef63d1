// What the errors of AWS' services mean, by their names: the status says little, throttling may be a 400. Pure
// functions; facts: the errors that AWS' APIs have in common.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "net/http_message.hpp"

namespace towline::aws {

// Of services that speak JSON. It is in the header x-amzn-ErrorType, in `__type` or in `code` of the body, whichever
// comes first; "ns#Name:http://..." is Name. Empty where there is none, or nothing that looks like a name.
std::string error_name(const net::HttpReply& reply);

// Names come with and without "Exception".
std::string_view stem(std::string_view name);

// Throttling, and faults that pass.
bool passes(std::string_view name);
bool is_about_the_clock(std::string_view name);
// Among them what may be about the clock instead: signatures.
bool is_about_credentials(std::string_view name);
bool is_about_permissions(std::string_view name);
bool is_about_content(std::string_view name);

// When the service answered, by its clock, if it says so.
std::optional<WallTime> date_of(const net::HttpReply& reply);
// Clocks that differ by less are taken for the same: signatures are good for that long.
inline constexpr Duration skew_min = std::chrono::minutes(5);
bool is_far_from(WallTime one, WallTime other);

}  // namespace towline::aws
