// Where the commands find the running daemon's admin listener.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace towline::app {

// "http://127.0.0.1:8686", without a final slash. `url` is what the user asked for and wins when it isn't empty; else
// `listen`, the value of TOWLINE_ADMIN_LISTEN (where an address like ":8686" means this machine); else the default.
Result<std::string> admin_url(std::string_view url, const std::optional<std::string>& listen);

}  // namespace towline::app
