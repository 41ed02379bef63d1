#include "transforms/redact/detectors/named_value.hpp"

#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t name_max = 48;  // to either side
constexpr std::size_t gap_max = 8;    // blanks and backslashes in a row

bool in_name(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool ends_unquoted(char c) {
  return static_cast<unsigned char>(c) <= ' ' || is_quote(c) || c == ',' || c == ';' || c == '&' || c == '\\';
}

template <class Class>
std::size_t skip_some(std::string_view text, std::size_t at, std::size_t most, Class in_class) {
  return skip(text.substr(0, std::min(text.size(), at + most)), at, in_class);
}

// `api key`, `next token`: the words before one that stands alone.
std::size_t words_before(std::string_view text, std::size_t begin) {
  constexpr std::size_t word_max = 16;
  for (int words = 0; words < 2 && begin > 1 && text[begin - 1] == ' '; ++words) {
    std::size_t word = begin - 1;
    while (word > 0 && begin - word <= word_max && is_letter(text[word - 1])) --word;
    if (word == begin - 1) break;
    begin = word;
  }
  return begin;
}

// Whether a whole word ends here.
bool word_before(std::string_view text, std::size_t end, std::string_view word) {
  return end >= word.size() && word_at(text, end - word.size(), word) && !follows_word(text, end - word.size());
}

// The place after the separator behind a name, or 0; which separator it is goes to `separator`.
std::size_t after_separator(std::string_view text, std::size_t name_begin, std::size_t name_end, char& separator) {
  std::size_t at = skip_some(text, name_end, gap_max, [](char c) { return c == '\\'; });
  if (at < text.size() && is_quote(text[at])) ++at;
  if (at < text.size() && text[at] == ']') ++at;
  const std::size_t blank = skip_some(text, at, gap_max, is_blank);
  if (blank >= text.size()) return 0;
  separator = text[blank];
  if (separator == '=' || separator == ':') {
    at = skip_some(text, blank + 1, 2, [](char c) { return c == '=' || c == '>'; });
    return skip_some(text, at, gap_max, is_blank);
  }
  const bool option = text[name_begin] == '-' && blank > name_end && at == name_end;
  const bool sql = text[blank] == '\'' && blank == name_end + 1 && is_blank(text[name_end]) &&
                   word_before(text, name_end, "password");
  separator = ' ';
  return option || sql ? blank : 0;
}

// One past a quoted value, without the backslashes before its closing quote.
std::size_t quoted_end(std::string_view text, std::size_t begin, char quote, std::size_t backslashes) {
  std::size_t at = begin;
  for (; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] != quote) continue;
    std::size_t before = at;
    while (before > begin && at - before <= backslashes && text[before - 1] == '\\') --before;
    if (at - before <= backslashes) return before;
  }
  return at;
}

std::size_t unquoted_end(std::string_view text, std::size_t begin) {
  constexpr std::string_view around = ")]}>.:";
  std::size_t end = begin;
  while (end < text.size() && !ends_unquoted(text[end]) && !text.substr(end).starts_with(redaction_start)) ++end;
  while (end > begin && around.find(text[end - 1]) != std::string_view::npos) --end;
  return end;
}

std::size_t value_end(std::string_view text, const NamedValue& value) {
  if (value.quote == 0) return unquoted_end(text, value.begin);
  std::size_t backslashes = 0;
  const std::size_t quote = value.begin - 1;
  while (backslashes < gap_max && backslashes < quote && text[quote - 1 - backslashes] == '\\') ++backslashes;
  return quoted_end(text, value.begin, value.quote, backslashes);
}

// Sets where the value begins, after what opens it: b", \".
void open_value(std::string_view text, std::size_t at, NamedValue& value) {
  const bool prefixed = at + 1 < text.size() && (text[at] == 'b' || text[at] == 'u') && is_quote(text[at + 1]);
  std::size_t quote = at + (prefixed ? 1 : 0);
  quote = skip_some(text, quote, gap_max, [](char c) { return c == '\\'; });
  const bool quoted = quote < text.size() && is_quote(text[quote]);
  value.quote = quoted ? text[quote] : '\0';
  value.begin = quoted ? quote + 1 : at;
  value.tight = value.separator == '=' && value.name.data() + value.name.size() + 1 == text.data() + at;
}

// In "passwd:" and 'x=' the quote behind the separator belongs to the one before the name.
bool closes_name(std::string_view text, std::size_t name_end, const NamedValue& value) {
  constexpr std::string_view after = " \t\n,.;)";
  if (value.quote == 0 || value.before != value.quote || text[name_end] == value.quote) return false;
  return value.begin >= text.size() || after.find(text[value.begin]) != std::string_view::npos;
}

}  // namespace

std::optional<NamedValue> named_value(std::string_view text, std::size_t at, Wanted wanted) {
  std::size_t begin = at;
  while (begin > 0 && at - begin < name_max && in_name(text[begin - 1])) --begin;
  const std::size_t end = skip_some(text, at, name_max, in_name);
  if (text.substr(0, begin).ends_with(redaction_start)) return std::nullopt;  // the name of a detector
  NamedValue value{};
  const std::size_t from = after_separator(text, begin, end, value.separator);
  if (from == 0) return std::nullopt;
  const std::string_view name = text.substr(begin, end - begin);
  if ((name.size() == 3 && word_at(name, 0, "key")) || (name.size() == 5 && word_at(name, 0, "token"))) {
    begin = words_before(text, begin);
  }
  value.name = text.substr(begin, end - begin);
  if (!wanted(value.name)) return std::nullopt;
  value.before = begin > 0 ? text[begin - 1] : '\0';
  open_value(text, from, value);
  if (closes_name(text, end, value)) return std::nullopt;
  value.end = value_end(text.substr(0, std::min(text.size(), value.begin + NamedValue::value_max)), value);
  return value;
}

std::size_t whole_end(std::string_view text, const NamedValue& value) {
  return value_end(text, value);
}

}  // namespace towline::redact
