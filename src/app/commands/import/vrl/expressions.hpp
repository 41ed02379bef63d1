// Reads one expression of VRL: a statement, or a part of one.
#pragma once

#include "app/commands/import/vrl/ast.hpp"
#include "app/commands/import/vrl/cursor.hpp"

namespace towline::app::migration::vrl {

// From the place of the cursor. Where it fails, the cursor has the error, and what is returned means nothing.
Expr read_expression(Cursor& cursor);

}  // namespace towline::app::migration::vrl
