#include "transforms/redact/free_text.hpp"

#include <charconv>

#include "record/json_text.hpp"
#include "transforms/redact/detectors/characters.hpp"

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

// The length of a terminal's control sequence (as for colours) at the start of a text that begins with ESC.
std::size_t control_length(std::string_view text) {
  if (!text.substr(1).starts_with('[')) return 1;
  const std::size_t end = skip(text, 2, [](char c) { return c >= 0x20 && c <= 0x3F; });
  const bool complete = end < text.size() && text[end] >= 0x40 && text[end] <= 0x7E;
  return complete ? end + 1 : end;
}

}  // namespace

bool append_unescaped(std::string& out, std::string_view text) {
  constexpr std::string_view special("\\\x1B\0", 3);
  bool any = false;
  for (;;) {
    const std::size_t at = text.find_first_of(special);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return any;
    text.remove_prefix(at);
    const record::Escape escape = text[0] == '\\' ? lenient_escape(text) : record::Escape();
    std::size_t length = 1;
    if (escape.length != 0) {
      record::append_utf8(out, escape.code_point);
      length = escape.length;
    } else if (text[0] == '\\') {
      out += '\\';
    } else if (text[0] != '\0') {
      length = control_length(text);
    }
    any = any || text[0] != '\\' || escape.length != 0;
    text.remove_prefix(length);
  }
}

bool FreeText::replace_assigned(std::string_view text) {
  assigned_.clear();
  std::size_t copied = 0;
  for (const Span& span : spans_) {
    if (span.begin < copied || span.end <= span.begin || span.end > text.size()) return false;
    assigned_.append(text.substr(copied, span.begin - copied)).append("[REDACTED:field]");
    copied = span.end;
  }
  assigned_ += text.substr(copied);
  return true;
}

FreeText::Result FreeText::redact(std::string_view text, Scanner& scanner, FieldNames& names) {
  find_assignments(text, names, spans_);
  const std::size_t assignments = spans_.size();
  if (!replace_assigned(text)) return {unexaminable, true, 0, true};
  redacted_.clear();
  const bool matched = scanner.scan(assigned_);
  scanner.append_redacted(assigned_, redacted_);
  if (scanner.overflow() || still_holds(redacted_, scanner) || hides_something(redacted_, scanner, names)) {
    return {unexaminable, true, 0, true};
  }
  scanner.scan(assigned_);
  return {redacted_, matched || assignments != 0, assignments, false};
}

// Whether a replacement has brought something together that is a value in its turn.
bool FreeText::still_holds(std::string_view text, Scanner& scanner) {
  if (!scanner.scan(text)) return false;
  again_.clear();
  scanner.append_redacted(text, again_);
  return again_ != text;
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
