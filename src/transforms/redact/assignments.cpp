#include "transforms/redact/assignments.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t name_max = 64;
constexpr std::size_t gap_max = 16;  // spaces, quotes and backslashes between a name, its separator and its value
constexpr std::string_view redaction_begin = "[REDACTED:";

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
bool in_name(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

// The name that ends before the separator at `at`; empty if there is none.
std::string_view name_before(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end > 0 && at - end < gap_max && (is_blank(text[end - 1]) || is_quote(text[end - 1]) || text[end - 1] == '\\'))
    --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < name_max && in_name(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

bool is_header(std::string_view name) {
  return word_at(name, 0, "authorization") || word_at(name, 0, "proxy") || word_at(name, 0, "cookie") ||
         word_at(name, 0, "set");
}

// The quote that ends a quoted value: one with as many backslashes before it as the one that began it, or fewer.
std::size_t closing_quote(std::string_view text, std::size_t begin, char quote, std::size_t backslashes) {
  std::size_t before = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == quote && before <= backslashes) return at - before;
    before = text[at] == '\\' ? before + 1 : 0;
  }
  return text.size();
}

std::size_t unquoted_end(std::string_view text, std::size_t begin, bool to_line_end, bool header) {
  if (begin < text.size() && (text[begin] == '{' || text[begin] == '[')) return text.size();
  const auto ends = [&](char c) {
    if (is_line_end(c)) return true;
    if (header) return is_quote(c);
    return is_quote(c) || c == ',' || c == ';' || c == '&' ||
           (!to_line_end && (is_blank(c) || c == ')' || c == '}' || c == ']'));
  };
  std::size_t end = skip(text, begin, [&](char c) { return !ends(c); });
  while (end > begin && (is_blank(text[end - 1]) || text[end - 1] == '\\')) --end;
  return end;
}

// The value after the separator at `at`.
Span value_after(std::string_view text, std::size_t at, bool header) {
  const std::size_t limit = std::min(text.size(), at + 1 + gap_max);
  std::size_t begin =
      skip(text.substr(0, limit), at, [](char c) { return is_blank(c) || c == '=' || c == ':' || c == '>'; });
  const std::size_t quoted = skip(text.substr(0, limit), begin, [](char c) { return c == '\\'; });
  if (quoted < text.size() && is_quote(text[quoted])) {
    return {quoted + 1, closing_quote(text, quoted + 1, text[quoted], quoted - begin)};
  }
  if (text.substr(begin).starts_with(redaction_begin)) {
    return {begin, std::min(text.size(), text.find(']', begin) + 1)};
  }
  const bool to_line_end = text[at] == ':';
  return {begin, unquoted_end(text, begin, to_line_end, header && to_line_end)};
}

}  // namespace

void find_assignments(std::string_view text, FieldNames& names, std::vector<Span>& out) {
  out.clear();
  std::size_t at = text.find_first_of("=:");
  while (at != std::string_view::npos) {
    const std::string_view name = name_before(text, at);
    std::size_t next = at + 1;
    if (!name.empty() && names.sensitive(name, false)) {
      const Span value = value_after(text, at, is_header(name));
      const std::string_view found = text.substr(value.begin, value.end - value.begin);
      if (!found.empty() && found != "null" && !is_redaction(found)) out.push_back(value);
      next = std::max(next, value.end);
    }
    at = text.find_first_of("=:", next);
  }
}

bool is_redaction(std::string_view text) {
  if (!text.starts_with(redaction_begin) || !text.ends_with(']')) return false;
  text.remove_prefix(redaction_begin.size());
  text.remove_suffix(1);
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

}  // namespace towline::redact
