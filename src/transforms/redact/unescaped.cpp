#include "transforms/redact/unescaped.hpp"

#include <algorithm>
#include <array>

#include "record/json_text.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/marks.hpp"
#include "transforms/redact/terminal_controls.hpp"

namespace towline::redact {

namespace {

// How long an escape is, and what it stands for. Length 0: there is none.
struct Undone {
  std::size_t length = 0;
  std::array<char, 4> bytes{};
  std::size_t size = 0;
  bool torn = false;
  std::size_t otherwise = 0;  // its length for ignorant readers, if they read it in another way
  std::size_t kept = 1;       // what they leave as it is, if they leave it
};

Undone as_byte(std::size_t length, unsigned byte) {
  return {length, {static_cast<char>(static_cast<unsigned char>(byte))}, 1, false, 0};
}

// A code point that is none (half of a pair, too large) is no escape.
Undone as_utf8(std::size_t length, char32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) return {};
  std::string utf8;
  record::append_utf8(utf8, code_point);
  Undone undone{length, {}, utf8.size(), false, 0};
  std::copy(utf8.begin(), utf8.end(), undone.bytes.begin());
  return undone;
}

struct Number {
  std::size_t digits = 0;
  char32_t value = 0;
};

// The number in this base at the start of the text, of at most `max` digits.
Number read_number(std::string_view text, unsigned base, std::size_t max) {
  Number number;
  while (number.digits < std::min(max, text.size()) && hex_value(text[number.digits]) < base) {
    number.value = number.value * base + hex_value(text[number.digits]);
    ++number.digits;
  }
  return number;
}

Undone percent(std::string_view text) {
  const bool wide = text.substr(1).starts_with('u');
  const std::size_t digits = wide ? 4 : 2;
  const std::size_t prefix = wide ? 2 : 1;
  const Number number = read_number(text.substr(prefix), 16, digits);
  if (number.digits != digits) return {};
  return wide ? as_utf8(prefix + digits, number.value) : as_byte(prefix + digits, number.value);
}

Undone numbered_reference(std::string_view text) {
  constexpr std::size_t digits_max = 7;
  const bool hex = text.size() > 2 && to_lower(text[2]) == 'x';
  const std::size_t prefix = hex ? 3 : 2;
  const std::size_t begin = skip(text, prefix, [](char c) { return c == '0'; });
  const Number number = read_number(text.substr(begin), hex ? 16 : 10, digits_max);
  const std::size_t end = begin + number.digits;
  if (end == prefix) return {};
  return as_utf8(end < text.size() && text[end] == ';' ? end + 1 : end, number.value);
}

Undone reference(std::string_view text) {
  struct Named {
    std::string_view name;
    char c;
  };
  constexpr Named named[] = {{"&amp;", '&'},   {"&lt;", '<'},     {"&gt;", '>'},     {"&quot;", '"'},
                             {"&apos;", '\''}, {"&commat;", '@'}, {"&period;", '.'}, {"&nbsp;", ' '},
                             {"&colon;", ':'}, {"&equals;", '='}};
  if (text.substr(1).starts_with('#')) return numbered_reference(text);
  for (const Named& entity : named) {
    if (text.starts_with(entity.name)) return as_byte(entity.name.size(), static_cast<unsigned char>(entity.c));
  }
  return {};
}

Undone backslash(std::string_view text) {
  const char kind = text.size() > 1 ? text[1] : '\0';
  if (kind == '\'') return as_byte(2, '\'');
  if (kind == 'x') {
    const Number number = read_number(text.substr(2), 16, 2);
    return number.digits == 2 ? as_utf8(4, number.value) : Undone();
  }
  if (is_digit(kind)) {
    const Number number = read_number(text.substr(1), 8, 3);
    return number.digits == 0 || number.value > 0xFF ? Undone() : as_utf8(1 + number.digits, number.value);
  }
  const record::Escape escape = record::read_escape(text);
  return escape.length == 0 ? Undone() : as_utf8(escape.length, escape.code_point);
}

bool is_form_blank(std::string_view text, std::size_t at) {
  constexpr std::size_t group_min = 3;
  const auto is_group = [&](std::size_t begin) {
    const std::string_view group = text.substr(begin, group_min);
    return group.size() == group_min && std::all_of(group.begin(), group.end(), is_digit);
  };
  return at >= group_min && is_group(at - group_min) && is_group(at + 1);
}

Undone escape_at(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '%':
      return percent(text.substr(at));
    case '&':
      return reference(text.substr(at));
    case '+':
      return is_form_blank(text, at) ? as_byte(1, ' ') : Undone();
    case '\\':
      return backslash(text.substr(at));
    default:
      return {};
  }
}

// Which bytes may begin an escape, or a control sequence.
constexpr std::array<bool, 256> special = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("%&+\\\x1B\0\xC2", 7)) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_special(char c) {
  return special[static_cast<unsigned char>(c)];
}

bool is_hex_digit(char c) {
  return hex_value(c) < 16;
}

// Whether there is none at `at` yet, but may be one when what is escaped in it is undone: %3\u0034.
bool may_become_escape(std::string_view text, std::size_t at) {
  constexpr std::size_t longest = 10;
  static constexpr CharacterSet begins("%&\\");
  if (!begins.has(text[at])) return false;
  const bool by_name = text[at] == '&';
  text = text.substr(0, at + longest);
  std::size_t end = at + 1;
  if (!by_name && end < text.size() && (text[end] == 'u' || text[end] == 'x')) ++end;
  end = skip(text, end, [&](char c) { return by_name ? is_alnum(c) || c == '#' : is_hex_digit(c); });
  return end < text.size() && (begins.has(text[end]) || begins_control(text, end));
}

// Whether it is a number that may have more digits.
bool is_open_number(std::string_view text, std::size_t at, const Undone& undone) {
  constexpr std::size_t octal_max = 4;
  if (text[at] == '\\') return is_digit(text[at + 1]) && undone.length < octal_max;
  return text.substr(at).starts_with("&#") && text[at + undone.length - 1] != ';';
}

// Whether an escape stands at `at` that may be the next digit of a number or its semicolon, or the beginning of another
// escape that is, or that is torn itself.
bool may_go_on(std::string_view text, std::size_t at, unsigned base) {
  if (at >= text.size() || !is_special(text[at])) return false;
  if (begins_control(text, at)) return true;
  const Undone next = escape_at(text, at);
  if (next.length == 0) return may_become_escape(text, at);
  const std::size_t end = at + next.length;
  if (is_open_number(text, at, next) && end < text.size() && is_special(text[end])) return true;
  return hex_value(next.bytes[0]) < base || next.bytes[0] == ';' || is_special(next.bytes[0]);
}

// Numbers are of any length: &#5 and \6 may have been longer, until something was escaped in them.
bool is_torn_number(std::string_view text, std::size_t at, const Undone& undone) {
  if (!is_open_number(text, at, undone)) return false;
  const unsigned base = text[at] == '\\' ? 8 : to_lower(text[at + 2]) == 'x' ? 16 : 10;
  return may_go_on(text, at + undone.length, base);
}

// A string's end, ESC \, may look like the beginning of an escape: then ignorant readers take it for the end.
Undone left_out(std::string_view text, std::size_t at) {
  const Control control = control_at(text.substr(at));
  const std::size_t end = std::min(at + control.reach, text.size());
  const bool ended = control.length > 2 && text.substr(at, control.length).ends_with("\x1B\\");
  bool torn = control.broken;
  std::size_t i = at + 1;
  for (; i < end && !torn; ++i) torn = text[i] == '\0' || escape_at(text, i).length != 0 || may_become_escape(text, i);
  const bool only_at_end = torn && !control.broken && ended && i == at + control.length;
  if (only_at_end) return {control.length, {}, 0, true, control.length};
  const bool known = control.unknown == 0;
  const std::size_t length = torn && !known ? control.unknown : control.length;
  // The beginning of what it ends may be escaped. Nothing but an escape goes on with u or x.
  const bool end_only = control.end && text.substr(at + 2).find_first_of("ux") != 0;
  return {length, {}, 0, torn || control.end, torn || control.end ? 0 : control.unknown, end_only ? 2U : 1U};
}

Undone undone_at(std::string_view text, std::size_t at) {
  if (begins_control(text, at)) return left_out(text, at);
  Undone undone = escape_at(text, at);
  undone.torn = undone.length != 0 && is_torn_number(text, at, undone);
  return undone;
}

}  // namespace

// Where all that is left is torn, or seems to be, it is read as it stands: nothing else can be done with it.
bool Unescaped::undo(std::string_view text, Readers readers) {
  if (undo_once(text, readers)) return true;
  return torn_ && readers != Readers::hasty && undo_once(text, Readers::hasty);
}

bool Unescaped::undo_once(std::string_view text, Readers readers) {
  text_.clear();
  shifts_.clear();
  torn_ = rare_ = false;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Undone undone = is_special(text[at]) ? undone_at(text, at) : Undone();
    torn_ = torn_ || undone.torn;
    rare_ = rare_ || undone.otherwise != 0 || undone.kept != 1;
    const bool otherwise = readers == Readers::ignorant && undone.otherwise != 0;
    if (undone.length == 0 || (undone.torn && readers != Readers::hasty && !otherwise)) {
      at += readers == Readers::ignorant ? undone.kept : 1;
      continue;
    }
    text_.append(text, copied, at - copied).append(undone.bytes.data(), undone.size);
    at += otherwise ? undone.otherwise : undone.length;
    copied = at;
    shifts_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(at)});
  }
  text_.append(text, copied);
  return !shifts_.empty();
}

std::size_t Unescaped::origin(std::size_t at) const {
  const auto after = std::upper_bound(shifts_.begin(), shifts_.end(), at,
                                      [](std::size_t place, const Shift& shift) { return place < shift.at; });
  if (after == shifts_.begin()) return at;
  const Shift& shift = *(after - 1);
  return shift.origin + (at - shift.at);
}

void Unescaped::release() {
  text_ = std::string();
  shifts_ = {};
}

}  // namespace towline::redact
