// What environment variables say about who we are and where.
#pragma once

#include <optional>
#include <string>

#include "aws/credentials.hpp"
#include "base/result.hpp"
#include "config/node.hpp"

namespace towline::aws {

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; none where neither of the first two is set. One
// without the other is an error.
std::optional<Result<Credentials>> environment_credentials(const config::Environment& environment);

// AWS_REGION, else AWS_DEFAULT_REGION, else empty.
std::string environment_region(const config::Environment& environment);

}  // namespace towline::aws
