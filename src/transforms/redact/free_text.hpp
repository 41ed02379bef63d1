// Redacts a text that could not be parsed as a record, so that fields can't be told apart and escapes may stand for
// anything: detectors and assignments of sensitive names on the text as it is, and then on what is left with its
// escapes undone and without the colours of terminals and NUL bytes, as often as there are any. If that shows something
// new, nothing of the text is delivered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transforms/redact/assignments.hpp"
#include "transforms/redact/field_names.hpp"
#include "transforms/redact/scanner.hpp"

namespace towline::redact {

class FreeText {
 public:
  struct Result {
    std::string_view text;  // what may be delivered; valid until the next call
    bool changed = false;
    std::size_t assignments = 0;  // values of sensitive names that were replaced
    bool unexaminable = false;    // `text` is [REDACTED:unexaminable]
  };

  // Uses the scanner; its matches afterwards are those of the text as it is (after assignments were replaced).
  Result redact(std::string_view text, Scanner& scanner, FieldNames& names);

 private:
  // False, with nothing to deliver, if the spans aren't in order: then their search went wrong.
  bool replace_assigned(std::string_view text);
  bool still_holds(std::string_view text, Scanner& scanner);
  bool hides_something(std::string_view text, Scanner& scanner, FieldNames& names);

  static constexpr int levels_max = 4;

  std::vector<Span> spans_;
  std::string assigned_;
  std::string redacted_;
  std::string unescaped_;
  std::string again_;
};

// Appends the text with one level of escapes undone: those of JSON, \x40 and \'. What isn't a valid escape stays as it
// is. Control sequences of terminals and NUL bytes, which tear words apart, are left out. Returns whether anything was
// undone or left out.
bool append_unescaped(std::string& out, std::string_view text);

}  // namespace towline::redact
