// `towline tap`: shows redacted records as they pass through the running daemon. docs/tap.md is the page for its users.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/commands/admin_ask.hpp"

namespace towline::app {

struct TapOptions {
  AdminAddress admin = {};
  std::string place = {};   // id of a source, transform or sink; empty: what goes to the sinks
  std::string filter = {};  // a filter pattern; empty: everything
  std::optional<std::uint64_t> limit = {};
  bool json = false;
  bool colour = false;
  bool terminal = false;  // stdout is one
  Duration timeout = std::chrono::seconds(5);
};

// Until Ctrl-C, the limit, or nobody reads any more: 0. 1: there is nothing to be seen, or no more. 2: the options make
// no sense, to the daemon at least. Writes to the process' stdout, which `out` is, records only; what was shown and
// what not is said on `err`.
int tap_command(const TapOptions& options, const config::Environment& environment, const Clock& clock,
                std::ostream& out, std::ostream& err);

}  // namespace towline::app
