// The query of a URL: "at=clean&limit=10". A plus is a space, as in what a form or URLSearchParams sends.
#pragma once

#include <string>
#include <string_view>

namespace towline::app {

// The value of a name, decoded; empty without it.
std::string query_value(std::string_view query, std::string_view name);

// Every byte as %XX: nothing in it means anything in a URL.
std::string percent_encoded(std::string_view text);

}  // namespace towline::app
