// The pattern `{ $.level = "ERROR" && $.status >= 500 }`.
//
//   pattern    = "{" or "}"
//   or         = and { "||" and }
//   and        = unit { "&&" unit }
//   unit       = [ "!" ] "(" or ")" | comparison
//   comparison = selector ( ( "=" | "!=" ) value | ( "<" | "<=" | ">" | ">=" ) number
//                         | "IS" ( "TRUE" | "FALSE" | "NULL" ) | "EXISTS" | "NOT" "EXISTS" )
//   selector   = "$" level { level }
//   level      = "." ( name | "*" ) | [ "." ] "[" ( index | "*" | quoted ) "]"
//   value      = quoted | "%" regex "%" | number | word
#pragma once

#include "condition/builder.hpp"
#include "condition/scanner.hpp"

namespace towline::condition {

// Compiles a pattern whose `{` stands next. False after a failure, which the scanner knows.
bool compile_json_pattern(Scanner& scanner, Builder& builder);

}  // namespace towline::condition
