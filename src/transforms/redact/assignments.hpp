// Values of sensitive fields in text that isn't JSON (or not valid JSON), where fields have no structure:
// `password=hunter2`, `token: abc`, `"secret":"x y"`, `\"api_key\":\"...\"`, `Cookie: a=b; c=d`.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "transforms/redact/field_names.hpp"
#include "transforms/redact/redactions.hpp"

namespace towline::redact {

struct Span {
  std::size_t begin;
  std::size_t end;
};

// The values, without quotes around them, in the order of the text; those that are redacted already are left out.
// Where it isn't clear how far a value goes, it goes far: to the end of the line, or for something in brackets or an
// open quote to the end of the text.
void find_assignments(std::string_view text, FieldNames& names, const Redactions& redactions, std::vector<Span>& out);

}  // namespace towline::redact
