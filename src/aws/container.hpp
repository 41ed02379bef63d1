// Credentials of the ECS task or the EKS pod that this container belongs to. Format: "Container credential provider"
// (AWS SDKs and Tools Reference Guide).
#pragma once

#include <stop_token>

#include "aws/credentials.hpp"
#include "base/result.hpp"
#include "config/node.hpp"
#include "net/fetch.hpp"

namespace towline::aws {

inline constexpr Duration container_limit = std::chrono::seconds(10);
inline constexpr std::size_t container_token_max = 16 * 1024;  // bytes

// Whether the environment says that there is an endpoint.
bool has_container_endpoint(const config::Environment& environment);

// Asks where AWS_CONTAINER_CREDENTIALS_RELATIVE_URI says, on 169.254.170.2; else where
// AWS_CONTAINER_CREDENTIALS_FULL_URI says: by https, or one of localhost, 127.0.0.0/8, ::1, 169.254.170.2,
// 169.254.170.23 and fd00:ec2::23. Other names are not resolved. The Authorization header is what stands in the file
// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read each time, else AWS_CONTAINER_AUTHORIZATION_TOKEN; a line end in it is
// an error. Takes up to container_limit.
Result<Credentials> container_credentials(const config::Environment& environment, net::Fetcher& fetcher,
                                          const std::stop_token& stop);

}  // namespace towline::aws
