// What a process finds out about its region and its credentials, in the order of an SDK of AWS.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/credentials_keeper.hpp"
#include "config/node.hpp"

namespace towline::aws {

struct ChainOptions {
  std::string profile;  // empty: AWS_PROFILE, then "default". Given, nothing but this profile is looked at.
  std::string region;   // for STS; empty: the environment's, then the profile's, then STS' global endpoint
};

// Looks at each fetch, in this order, which is that of aws-c-auth (the SDKs for Go and Java look at the web identity
// before the profile, botocore between the profile's role and its keys):
//   1. the keys in the environment (environment.hpp)
//   2. the profile of the shared files: a role, keys, credential_process (profile_credentials.hpp)
//   3. the web identity in the environment: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN (sts.hpp)
//   4. the container's endpoint, of ECS or EKS (container.hpp)
//   5. the instance's role, IMDSv2 (instance.hpp)
// The first that is set up decides, even if it fails. A profile that somebody has named must exist; one without
// anything about credentials is passed over, unless it was named here. Nothing is asked before fetch(), which takes up
// to 60 s for a command, 20 s for each role, and 10 s for an endpoint. Files, variables and endpoints are read anew
// each time. `environment` is copied, and called by the fetching thread.
std::unique_ptr<CredentialsProvider> credentials_chain(ChainOptions options, const config::Environment& environment);

// AWS_REGION, AWS_DEFAULT_REGION, the profile's region, that in the ECS task's ARN, the instance's: the first there is.
// None where that is no region. The last two ask machine-local services, the former for up to two seconds, the latter
// for up to one.
std::optional<std::string> find_region(const std::string& profile, const config::Environment& environment);

}  // namespace towline::aws
