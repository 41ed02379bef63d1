// The configuration that `towline run` uses without --config. The environment steers it:
//   LOG_DESTINATION              betterstack, cloudwatch, both or console; unset: betterstack if
//   BETTERSTACK_SOURCE_TOKEN
//                                is set, else console
//   BETTERSTACK_SOURCE_TOKEN, BETTERSTACK_INGESTING_HOST (or BETTERSTACK_URL), BETTERSTACK_CA_FILE
//   CLOUDWATCH_LOG_GROUP         unset: /towline/<family of the task> on ECS, else /towline
//   CLOUDWATCH_LOG_STREAM        unset: the id of the task on ECS, else the name of the host
//   CLOUDWATCH_RETENTION_DAYS    of a group that towline creates; unset: for ever
//   and what the sink reads by itself, such as AWS_REGION, AWS_ENDPOINT_URL and credentials
//   TOWLINE_LISTEN, TOWLINE_ADMIN_LISTEN, TOWLINE_DATA_DIR, TOWLINE_MEMORY, TOWLINE_KEEP
//   TOWLINE_ADMIN_TOKEN, or the file TOWLINE_ADMIN_TOKEN_FILE names: the admin listener's token
// config/builtin-*.yaml are copies of it for people who want to start from there; `towline docs` writes them.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/node.hpp"

namespace towline::app {

inline constexpr std::string_view builtin_name = "<built-in>";  // in the place of a file name in messages
inline constexpr std::array<std::string_view, 4> builtin_destinations{"betterstack", "cloudwatch", "both", "console"};

// The YAML for one of these destinations. `environment` says where it will run; without it, that isn't on ECS.
std::string builtin_config(std::string_view destination, const config::Environment& environment = nullptr);

// The destination that the environment asks for. Error: LOG_DESTINATION names none.
Result<std::string> builtin_destination(const config::Environment& environment);

}  // namespace towline::app
