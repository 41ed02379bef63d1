// Credentials that a profile of the shared files leads to.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "aws/credentials.hpp"
#include "aws/instance.hpp"
#include "aws/shared_files.hpp"
#include "base/result.hpp"
#include "config/node.hpp"
#include "net/fetch.hpp"

namespace towline::aws {

// Whom providers ask, and with what. What is referred to outlives the fetch.
struct Means {
  const config::Environment& environment;
  net::Fetcher& fetcher;
  InstanceRole& instance;
  std::string region;  // for STS; may be empty
  std::stop_token stop;
};

// Whether a profile says anything about credentials, and not a region or an output format only.
bool has_credentials(const Profile& profile);

// The first that is there: role_arn, with web_identity_token_file, source_profile or credential_source; keys; sso_*,
// which is an error; credential_process. A profile is its own source_profile if it has keys. Chains of source profiles
// have at most source_profiles_max links, and no circles.
Result<Credentials> profile_credentials(const SharedFiles& files, const Profile& profile, const Means& means);

inline constexpr std::size_t source_profiles_max = 8;

// The region to ask STS in: what `means` says, else the environment, else the profile. May be empty.
std::string sts_region(const Profile& profile, const Means& means);

}  // namespace towline::aws
