#include "transforms/redact/assignments.hpp"

#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t name_max = 64;

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
bool in_word(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

// Whether what stands at `at`, after a quote, shows that the quote closed something: secrets seldom go on like that.
bool closes_before(std::string_view text, std::size_t at) {
  constexpr std::string_view after = ",;&)}]>:|<\\";
  return at >= text.size() || is_blank(text[at]) || is_line_end(text[at]) || after.find(text[at]) != after.npos;
}

// The name before a separator, and how it is written there.
struct Name {
  bool sensitive = false;
  bool header = false;          // its value is a whole line, with blanks, commas and quotes of its own
  bool quoted = false;          // "name"
  bool bracketed = false;       // [name] =>, which takes a whole line
  char enclosing = 0;           // the quote directly before a name without quotes, as in 'Cookie: a=b'
  std::size_t backslashes = 0;  // before the enclosing quote
};

bool is_header(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (word_at(name, at, "authorization") || word_at(name, at, "cookie")) return true;
  }
  return false;
}

void try_name(std::string_view text, FieldNames& names, Name& name) {
  if (name.sensitive || text.empty() || !names.sensitive(text, false)) return;
  name.sensitive = true;
  name.header = is_header(text);
}

template <class Class>
std::size_t skip_back(std::string_view text, std::size_t end, std::size_t min, Class in_class) {
  while (end > min && in_class(text[end - 1])) --end;
  return end;
}

// All that may be the name in quotes that ends with the quote at `quote`.
void try_quoted(std::string_view text, std::size_t quote, FieldNames& names, Name& name) {
  const std::size_t end = skip_back(text, quote, 0, [](char c) { return c == '\\'; });
  const std::size_t min = end - std::min(end, name_max);
  const std::size_t begin = skip_back(text, end, min, [&](char c) { return c != text[quote]; });
  if (begin > min) try_name(text.substr(begin, end - begin), names, name);
}

// The name that ends before the separator at `at`. What is read here reaches back to the separator before at most.
Name name_before(std::string_view text, std::size_t at, FieldNames& names) {
  Name name;
  std::size_t end = at;
  for (; end > 0; --end) {
    const char c = text[end - 1];
    if (is_quote(c) && !name.quoted) {
      name.quoted = true;
      try_quoted(text, end - 1, names, name);
    }
    name.bracketed = name.bracketed || (c == ']' && text.substr(at).starts_with("=>"));
    if (!is_quote(c) && !is_blank(c) && c != '\\' && c != ']') break;
  }
  const auto in_any_word = [](char c) { return in_word(c) || is_beyond_ascii(c); };
  const std::size_t min = end - std::min(end, name_max);
  const std::size_t begin = skip_back(text, end, min, in_any_word);
  try_name(text.substr(begin, end - begin), names, name);
  // Typographic quotes, arrows and the like are no part of the name.
  const std::size_t ascii_end = skip_back(text, end, min, is_beyond_ascii);
  const std::size_t ascii_begin = skip_back(text, ascii_end, min, in_word);
  try_name(text.substr(ascii_begin, ascii_end - ascii_begin), names, name);
  if (!name.quoted && ascii_begin > 0 && is_quote(text[ascii_begin - 1])) {
    name.enclosing = text[ascii_begin - 1];
    const std::size_t before = skip_back(text, ascii_begin - 1, 0, [](char c) { return c == '\\'; });
    name.backslashes = ascii_begin - 1 - before;
  }
  return name;
}

struct Quoted {
  std::size_t end;    // of what is inside
  std::size_t after;  // the quote that closes it
};

// The quote that ends what was quoted with as many backslashes: it has as many, or fewer, and isn't doubled.
Quoted closing_quote(std::string_view text, std::size_t begin, char quote, std::size_t backslashes) {
  std::size_t before = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == quote && before <= backslashes) {
      const std::size_t again = at + 1 + before;
      const bool doubled =
          again < text.size() && text[again] == quote && skip(text, at + 1, [](char c) { return c == '\\'; }) == again;
      if (!doubled) return {at - before, at + 1};
      at = again;
    }
    before = text[at] == '\\' ? before + 1 : 0;
  }
  return {text.size(), text.size()};
}

std::size_t backslashes_before(std::string_view text, std::size_t at, std::size_t min) {
  return at - skip_back(text, at, min, [](char c) { return c == '\\'; });
}

// The end of a value that takes the rest of its line, or of the quotes around it and its name.
std::size_t line_value_end(std::string_view text, std::size_t begin, const Name& name) {
  std::size_t at = begin;
  while (at < text.size() && !is_line_end(text[at])) {
    if (name.enclosing == 0 || text[at] != name.enclosing) {
      ++at;
      continue;
    }
    const std::size_t backslashes = backslashes_before(text, at, begin);
    const bool closes = closes_before(text, at + 1);
    if (backslashes <= name.backslashes && closes) return at;
    const bool opens = at - backslashes > begin && text[at - backslashes - 1] == '=' && !closes;
    at = opens ? closing_quote(text, at + 1, text[at], backslashes).after : at + 1;
  }
  return at;
}

// The end of a value without quotes around it. Those in the middle of it, as in b'...' and Some("..."), belong to it.
template <class Ends>
std::size_t open_value_end(std::string_view text, std::size_t begin, Ends ends) {
  std::size_t at = begin;
  while (at < text.size() && !is_line_end(text[at]) && !ends(text[at])) {
    if (!is_quote(text[at])) {
      ++at;
      continue;
    }
    if (closes_before(text, at + 1)) break;
    at = closing_quote(text, at + 1, text[at], backslashes_before(text, at, begin)).after;
  }
  return at;
}

// Words that only say what kind of credential follows.
bool is_scheme(std::string_view value) {
  constexpr std::array<std::string_view, 9> schemes = {"bearer", "basic",  "digest",           "token",   "negotiate",
                                                       "ntlm",   "apikey", "aws4-hmac-sha256", "kerberos"};
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) {
    return value.size() == scheme.size() && word_at(value, 0, scheme);
  });
}

// The end of a value that began at `begin` and goes on, not in quotes, at `from`.
std::size_t value_end(std::string_view text, std::size_t begin, std::size_t from, char separator, const Name& name) {
  const bool to_line_end = name.header || separator == ':' || name.bracketed;
  if (to_line_end && !name.quoted) return line_value_end(text, from, name);
  const auto ends_item = [](char c) { return c == ',' || c == ';' || c == '&'; };
  if (to_line_end) return open_value_end(text, from, ends_item);
  const auto ends_word = [&](char c) { return ends_item(c) || is_blank(c) || c == ')' || c == '}' || c == ']'; };
  const std::size_t end = open_value_end(text, from, ends_word);
  const std::size_t next = skip(text, end, is_blank);
  if (next == end || !is_scheme(text.substr(begin, end - begin))) return end;
  return open_value_end(text, next, ends_word);
}

// Whether what stands before the separator at `at` is something redacted, and not a name.
bool follows_redaction(std::string_view text, std::size_t at, const Redactions& redactions) {
  for (; at > 0; --at) {
    const char c = text[at - 1];
    if (c == ']' && redactions.inside_one(text, at - 1, at)) return true;
    if (!is_quote(c) && !is_blank(c) && c != '\\' && c != ']') return false;
  }
  return false;
}

// The value after the separator at `at`.
Span value_after(std::string_view text, std::size_t at, const Name& name, const Redactions& redactions) {
  const std::size_t begin = skip(text, at, [](char c) { return is_blank(c) || c == '=' || c == ':' || c == '>'; });
  std::size_t from = begin + redactions.length(text.substr(begin));
  if (from == begin && begin < text.size() && (text[begin] == '{' || text[begin] == '[')) return {begin, text.size()};
  const std::size_t quote = skip(text, begin, [](char c) { return c == '\\'; });
  if ((!name.header || name.quoted) && quote < text.size() && is_quote(text[quote])) {
    const Quoted value = closing_quote(text, quote + 1, text[quote], quote - begin);
    if (closes_before(text, value.after)) return {quote + 1, value.end};
    from = value.after;
  }
  std::size_t end = value_end(text, begin, from, text[at], name);
  end = skip_back(text, end, from, [](char c) { return is_blank(c) || c == '\\'; });
  return {begin, end};
}

}  // namespace

void find_assignments(std::string_view text, FieldNames& names, const Redactions& redactions, std::vector<Span>& out) {
  out.clear();
  std::size_t at = text.find_first_of("=:");
  while (at != std::string_view::npos) {
    std::size_t next = at + 1;
    const bool in_redaction = text.substr(0, next).ends_with(redaction_start);
    const Name name = in_redaction ? Name() : name_before(text, at, names);
    const bool redacted =
        name.sensitive && (redactions.inside_one(text, at, next) || follows_redaction(text, at, redactions));
    if (name.sensitive && !redacted) {
      const Span value = value_after(text, at, name, redactions);
      const std::string_view found = text.substr(value.begin, value.end - value.begin);
      if (!found.empty() && found != "null" && !redactions.is_one(found)) out.push_back(value);
      next = std::max(next, value.end);
    }
    at = text.find_first_of("=:", next);
  }
}

}  // namespace towline::redact
