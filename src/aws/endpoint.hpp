// Where AWS' services are: regions, partitions, and their host names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/node.hpp"
#include "config/url.hpp"

namespace towline::aws {

struct EndpointOptions {
  bool fips = false;
  bool dual_stack = false;
};

// https://logs.eu-west-1.amazonaws.com and the like. The error says what the partition or the region doesn't have. The
// FIPS hosts are those of CloudWatch Logs.
Result<config::Url> endpoint(std::string_view service, std::string_view region, EndpointOptions options);

// Lower-case letters, digits and hyphens, as in "eu-west-1"; at most 64.
bool is_region(std::string_view text);

// An endpoint that somebody has written: a URL without a query, which no signature would cover.
Result<config::Url> parse_endpoint(std::string_view text);

// The URL that AWS_ENDPOINT_URL_<service> or, where that isn't set, AWS_ENDPOINT_URL gives; none when
// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true. `service` is "STS" or "CLOUDWATCH_LOGS". The error names the variable,
// never its value.
Result<std::optional<config::Url>> configured_endpoint(std::string_view service,
                                                       const config::Environment& environment);

// How AWS' programs read switches in the environment: "true", in any case.
bool is_true(std::string_view text);

}  // namespace towline::aws
