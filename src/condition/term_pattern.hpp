// The pattern `ERROR "exact phrase" -DEBUG %regex%`: terms that are looked for in the text of a record.
//
//   pattern = term { space term }
//   term    = [ "?" | "-" ] ( word | quoted | "%" regex "%" )
//
// All terms count: a record has each of them, and none of those with a minus. Terms with `?` count only where there are
// no others: then a record has at least one of them.
#pragma once

#include "condition/builder.hpp"
#include "condition/scanner.hpp"

namespace towline::condition {

// Compiles a pattern that isn't empty. False after a failure, which the scanner knows.
bool compile_term_pattern(Scanner& scanner, Builder& builder);

}  // namespace towline::condition
