// AWS' Security Token Service, which gives credentials of a role. Format: "AWS Security Token Service API Reference",
// version 2011-06-15.
#pragma once

#include <stop_token>
#include <string>

#include "aws/credentials.hpp"
#include "base/result.hpp"
#include "config/node.hpp"
#include "net/fetch.hpp"

namespace towline::aws {

// Whose credentials are wanted.
struct Role {
  std::string arn;
  std::string session_name = {};  // empty: "towline" and the time
  std::string external_id = {};   // may be empty
  std::string duration = {};      // seconds, 900 to 43200; empty: the service's own, an hour
};

class Sts {
 public:
  // `region` may be empty: then it is the global service. AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL replace the host,
  // AWS_CA_BUNDLE the system's authorities. What is referred to outlives it.
  Sts(net::Fetcher& fetcher, const config::Environment& environment, std::string region, std::stop_token stop);

  // Signed with `own`. Where the service says that the time is wrong, and its own is more than 5 minutes from ours, it
  // is asked once more with its time.
  Result<Credentials> assume_role(const Role& role, const Credentials& own);

  // The token stands in a file, which is read anew each time. InvalidIdentityToken and IDPCommunicationError go away by
  // themselves, so these are asked again.
  Result<Credentials> assume_role_with_web_identity(const Role& role, const std::string& token_file);

  // Either takes no longer than this.
  static constexpr Duration limit = std::chrono::seconds(20);
  static constexpr std::size_t token_file_max = 20'000;  // bytes

 private:
  struct Place;
  Result<Place> place() const;

  net::Fetcher& fetcher_;
  const config::Environment& environment_;
  std::string region_;
  std::stop_token stop_;
};

}  // namespace towline::aws
