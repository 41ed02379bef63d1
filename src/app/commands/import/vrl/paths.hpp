// Reads paths of VRL: `.user.name`, `."a b"`, `.items[0]`.
#pragma once

#include "app/commands/import/vrl/ast.hpp"
#include "app/commands/import/vrl/cursor.hpp"

namespace towline::app::migration::vrl {

// Behind the first dot. White space there means that the path is the event itself.
void take_first_segment(Cursor& cursor, Path& path);
// What follows a path, a variable or a call without white space.
void take_segments(Cursor& cursor, Path& path);

}  // namespace towline::app::migration::vrl
