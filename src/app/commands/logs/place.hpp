// Where `towline logs` reads.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "app/commands/logs/logs.hpp"
#include "app/commands/logs/service.hpp"
#include "app/config.hpp"

namespace towline::app::logs {

struct LocalPlace {
  std::string data_dir;
};

struct GroupPlace {
  std::string group;
  ServiceOptions service;
  std::unique_ptr<aws::CredentialsProvider> credentials;
};

using Place = std::variant<LocalPlace, GroupPlace>;

// --data-dir and --group say it. Without them, the configuration: its data directory if records are kept there, else
// the group of its cloudwatch sink. A query needs a group. Asks the machine for its region and facts, if they are
// needed. The error is for a person, of several lines where a configuration isn't right.
Result<Place> choose_place(const LogsOptions& options, const config::Environment& environment,
                           const component::Registry& registry, const Clock& clock);

}  // namespace towline::app::logs
