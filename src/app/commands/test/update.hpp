// `towline test --update`: what comes out becomes what is expected.
#pragma once

#include <span>

#include "app/commands/test/verdict.hpp"
#include "base/result.hpp"

namespace towline::app {

// Rewrites `expected` of the cases that failed because of it: expected.ndjson of a folder; in a YAML file the block
// that begins with the key, all else stays as it is (comments, too). Samples are left alone. Each file is replaced as
// a whole or not at all. The error says which file can't be written, or which case isn't in block style.
Result<std::size_t> update_expected(std::span<const Verdict> verdicts);

}  // namespace towline::app
