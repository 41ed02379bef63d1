// Credentials of the EC2 instance's role, from the instance metadata service, version 2. Format: "Retrieve security
// credentials from instance metadata" and "Use IMDSv2" (Amazon EC2 User Guide).
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "aws/asker.hpp"
#include "aws/credentials.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "config/node.hpp"
#include "net/fetch.hpp"

namespace towline::aws {

inline constexpr Duration instance_limit = std::chrono::seconds(10);

// Keeps the service's token, which lives for 6 hours, from fetch to fetch. Used by one thread.
class InstanceRole {
 public:
  // AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE mean what
  // they mean to AWS' own programs; the endpoint's host is an IP address or localhost. Asks for the role's name each
  // time: it may be exchanged. Where the token isn't taken any more, a new one is fetched, once. Takes up to
  // instance_limit.
  Result<Credentials> fetch(const config::Environment& environment, net::Fetcher& fetcher, const std::stop_token& stop);

 private:
  Result<void> renew_token(const Asker& asker, const std::string& base);
  // The body of an answer of 200; `missing` is the error for a 404.
  Result<Secret> get(const Asker& asker, const std::string& base, const std::string& path, const char* missing);

  std::string token_of_;  // the service that gave it
  Secret token_;
  MonoTime token_until_{};
};

// http://169.254.169.254, or what the environment says instead; without a slash at its end. Not checked.
std::string instance_service(const config::Environment& environment);

}  // namespace towline::aws
