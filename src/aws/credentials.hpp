// Who we are to AWS.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace towline::aws {

struct Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;             // empty where there is none: long-lived keys
  std::optional<WallTime> expires;  // never, where not given
};

}  // namespace towline::aws
