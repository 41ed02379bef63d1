// `towline logs`: shows records, from a log group of CloudWatch or from the streams of a data directory. docs/logs.md
// is the page for its users.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/logs/pattern.hpp"
#include "base/clock.hpp"
#include "component/registry.hpp"
#include "config/node.hpp"

namespace towline::app {

// As they stand on the command line; "" and nothing: not given.
struct LogsOptions {
  std::string since = "1h";
  std::string until = {};
  logs::PatternOptions pattern = {};
  std::vector<std::string> fields = {};

  std::string group = {};
  std::string stream = {};   // prefix of the streams' names
  std::string query = {};    // of Insights
  std::string wait = "60s";  // for the query
  std::string region = {};
  std::string profile = {};
  std::string endpoint = {};

  std::string data_dir = {};
  std::string config = {};

  std::optional<std::uint64_t> limit = std::nullopt;  // 1000, or none with `follow`
  bool json = false;
  bool markdown = false;
  bool follow = false;

  bool colour = false;
  bool terminal = false;  // stdout is one
};

inline constexpr std::uint64_t logs_limit_default = 1000;
inline constexpr std::uint64_t logs_limit_max = 1'000'000;

// 0: shown, or nothing there to show, or nobody reads any more; 1: the records can't be had; 2: the options make no
// sense. Writes to the process' stdout, which `out` is, and nothing but what was asked for.
int logs_command(const LogsOptions& options, const config::Environment& environment,
                 const component::Registry& registry, const Clock& clock, std::ostream& out, std::ostream& err);

}  // namespace towline::app
