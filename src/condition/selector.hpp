// The selectors of JSON patterns: `$.a.b[0].*`, `$.items[*]['key.with.dots']`.
#pragma once

#include <optional>

#include "condition/program.hpp"
#include "condition/scanner.hpp"

namespace towline::condition {

// Reads a selector that begins here; std::nullopt after a failure.
std::optional<Selector> take_selector(Scanner& scanner);

}  // namespace towline::condition
