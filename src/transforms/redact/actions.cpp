#include "transforms/redact/actions.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

// Numbers that are written with separators or without.
constexpr std::string_view numbers[] = {"card", "iban", "us_ssn", "phone"};

bool is_number(std::string_view name) {
  return std::find(std::begin(numbers), std::end(numbers), name) != std::end(numbers);
}

}  // namespace

Mask mask_of(std::string_view name) {
  return is_number(name) ? mask_all_but_last_four : nullptr;
}

void mask_all_but_last_four(std::string_view found, std::string& out) {
  constexpr std::ptrdiff_t shown = 4;
  constexpr std::ptrdiff_t least = 8;
  out += "****";
  if (std::count_if(found.begin(), found.end(), is_alnum) < least) return;
  std::string last;
  for (auto at = found.rbegin(); last.size() < shown; ++at) {
    if (is_alnum(*at)) last.insert(last.begin(), *at);
  }
  out += last;
}

std::string_view normal_form(std::string_view name, std::string_view found, std::string& scratch) {
  const bool number = is_number(name);
  if (!number && name != "email") return found;
  scratch.clear();
  for (const char c : found) {
    if (!number || is_alnum(c)) scratch += to_lower(c);
  }
  return scratch;
}

void append_replacement(const Rule& rule, std::string_view found, bool whole, const Tokens& tokens, std::string& out) {
  if (rule.action == Action::remove) return;
  if (rule.action == Action::mask && rule.mask != nullptr && whole) {
    rule.mask(found, out);
    return;
  }
  out.append(redaction_start).append(rule.name);
  if (rule.action == Action::hash && tokens.available()) {
    std::string scratch;
    tokens.append(out, normal_form(rule.name, found, scratch));
  }
  out += ']';
}

}  // namespace towline::redact
