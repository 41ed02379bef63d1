#include "transforms/redact/free_text.hpp"

#include <charconv>

#include "record/json_text.hpp"

namespace towline::redact {

namespace {

constexpr std::string_view unexaminable = "[REDACTED:unexaminable]";

// The escape at the start of a text that begins with a backslash; length 0 if it is none.
record::Escape lenient_escape(std::string_view text) {
  if (text.substr(1).starts_with('\'')) return {2, U'\''};
  if (!text.substr(1).starts_with('x')) return record::read_escape(text);
  const std::string_view digits = text.substr(2, 2);
  unsigned value = 0;
  const bool valid =
      digits.size() == 2 && std::from_chars(digits.data(), digits.data() + 2, value, 16).ptr == digits.data() + 2;
  return valid ? record::Escape{4, static_cast<char32_t>(value)} : record::Escape();
}

}  // namespace

bool append_unescaped(std::string& out, std::string_view text) {
  bool any = false;
  for (;;) {
    const std::size_t at = text.find('\\');
    out += text.substr(0, at);
    if (at == std::string_view::npos) return any;
    text.remove_prefix(at);
    const record::Escape escape = lenient_escape(text);
    if (escape.length == 0)
      out += text[0];
    else
      record::append_utf8(out, escape.code_point);
    text.remove_prefix(escape.length == 0 ? 1 : escape.length);
    any = any || escape.length != 0;
  }
}

FreeText::Result FreeText::redact(std::string_view text, Scanner& scanner, FieldNames& names) {
  find_assignments(text, names, spans_);
  const std::size_t assignments = spans_.size();
  assigned_.clear();
  std::size_t copied = 0;
  for (const Span& span : spans_) {
    assigned_.append(text.substr(copied, span.begin - copied)).append("[REDACTED:field]");
    copied = span.end;
  }
  assigned_ += text.substr(copied);

  redacted_.clear();
  const bool matched = scanner.scan(assigned_);
  scanner.append_redacted(assigned_, redacted_);
  if (scanner.overflow() || hides_something(redacted_, scanner, names)) return {unexaminable, true, 0, true};
  scanner.scan(assigned_);
  return {redacted_, matched || assignments != 0, assignments, false};
}

bool FreeText::hides_something(std::string_view text, Scanner& scanner, FieldNames& names) {
  unescaped_ = text;
  for (int level = 0; level < levels_max; ++level) {
    again_.clear();
    if (!append_unescaped(again_, unescaped_)) return false;
    unescaped_.swap(again_);
    find_assignments(unescaped_, names, spans_);
    if (!spans_.empty() || scanner.scan(unescaped_)) return true;
  }
  return true;  // escapes of escapes of escapes
}

}  // namespace towline::redact
