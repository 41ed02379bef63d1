// Percent-encoding as AWS wants it (RFC 3986, capital digits, a space is %20).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace towline::aws {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// Letters, digits, - . _ ~ stay as they are, and what is in `also_kept`.
std::string uri_encoded(std::string_view text, std::string_view also_kept = {});

// "name=value&name=value", both encoded, in the order given. A query, or a body of type
// application/x-www-form-urlencoded.
std::string query_text(const Parameters& parameters);

}  // namespace towline::aws
