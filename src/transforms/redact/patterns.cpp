#include "transforms/redact/patterns.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "base/check.hpp"
#include "transforms/redact/detectors/card.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

bool has_luhn(std::string_view digits) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
    const unsigned doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
    sum += i % 2 == 0 ? digit : doubled;
  }
  return digits.size() > 1 && sum % 10 == 0;
}

// The first four characters go to the end, a letter is a number from 10 to 35: the remainder has to be 1.
bool has_mod97(std::string_view text) {
  if (text.size() < 5) return false;
  unsigned rest = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = to_lower(text[(i + 4) % text.size()]);
    rest = is_digit(c) ? rest * 10 + static_cast<unsigned>(c - '0') : rest * 100 + static_cast<unsigned>(c - 'a') + 10;
    rest %= 97;
  }
  return rest == 1;
}

// Whether it matches nothing at all somewhere, as `x*` and `\b` do.
bool matches_empty(const re2::RE2& expression) {
  for (const std::string_view text : {"", "a", "0", "a 0", "-.-"}) {
    re2::StringPiece found;
    const bool any = expression.Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, &found, 1);
    if (any && found.empty()) return true;
  }
  return false;
}

// What RE2 calls them, for those who know them from elsewhere.
std::string hint_for(re2::RE2::ErrorCode code, std::string_view text) {
  constexpr std::string_view grouped =
      "write what is to be redacted in round brackets: only the first group is replaced";
  const bool looks_around = text.find("(?=") != text.npos || text.find("(?!") != text.npos ||
                            text.find("(?<=") != text.npos || text.find("(?<!") != text.npos;
  if (looks_around) return "patterns are RE2's, which has no look-around; " + std::string(grouped);
  const bool refers_back = code == re2::RE2::ErrorBadEscape && text.find_first_of("123456789") != text.npos;
  if (refers_back) return "patterns are RE2's, which has no backreferences";
  if (code == re2::RE2::ErrorPatternTooLarge) return "repeat less: the size of a compiled pattern is bounded";
  return "patterns are RE2's: https://github.com/google/re2/wiki/Syntax";
}

}  // namespace

std::variant<std::shared_ptr<const re2::RE2>, BadPattern> compile_pattern(std::string_view text) {
  if (text.size() > Pattern::text_max) return BadPattern{"the pattern is longer than 2048 bytes", ""};
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(Pattern::memory_max);
  auto expression = std::make_shared<const re2::RE2>(piece(text), options);
  if (!expression->ok()) return BadPattern{expression->error(), hint_for(expression->error_code(), text)};
  if (matches_empty(*expression))
    return BadPattern{"the pattern matches the empty text", "a pattern has to match at least one character"};
  return expression;
}

bool passes(Validation validation, std::string_view found) {
  if (validation == Validation::none) return true;
  std::string plain;
  std::copy_if(found.begin(), found.end(), std::back_inserter(plain), is_alnum);
  if (validation == Validation::mod97) return has_mod97(plain);
  if (!std::all_of(plain.begin(), plain.end(), is_digit)) return false;
  return validation == Validation::luhn ? has_luhn(plain) : is_card_number(plain);
}

PatternFinder::PatternFinder(const PatternList& list, std::span<const Rule> rules) : patterns_(list.patterns) {
  CHECK(rules.size() == patterns_.size());
  for (std::size_t i = 0; i < patterns_.size(); ++i) uses_.push_back({&patterns_[i], &rules[i]});
}

bool PatternFinder::any(std::string_view text) const {
  return std::any_of(uses_.begin(), uses_.end(), [&](const Use& use) {
    return use.pattern->expression->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  });
}

bool PatternFinder::find(std::string_view text, Budget& budget, std::vector<Finding>& out) const {
  for (const Use& use : uses_) {
    if (!find_one(use, text, budget, out)) return false;
  }
  merge_overlaps(out);
  return true;
}

// What one search may read is bounded by a window; what begins in its second half is looked at in the next one, so that
// `reach` bytes at least can be part of it.
bool PatternFinder::find_one(const Use& use, std::string_view text, Budget& budget, std::vector<Finding>& out) const {
  const re2::RE2& expression = *use.pattern->expression;
  const int groups = std::min(expression.NumberOfCapturingGroups(), 1) + 1;
  re2::StringPiece found[2];
  std::size_t at = 0;
  bool again = false;  // whether a search before this one may have read as far
  while (at < text.size()) {
    const std::size_t end = text.size() - at <= 2 * reach ? text.size() : at + 2 * reach;
    if (again && !budget.spend_search(end - at)) return false;
    if (!expression.Match(piece(text), at, end, re2::RE2::UNANCHORED, found, groups)) {
      if (end == text.size()) return true;
      at = end - reach;
      again = false;
      continue;
    }
    const auto place = [&](const re2::StringPiece& match) {
      return static_cast<std::size_t>(match.data() - text.data());
    };
    const std::size_t begin = place(found[0]);
    again = true;
    if (end != text.size() && begin >= at + reach) {
      at = begin;
      continue;
    }
    const std::size_t match_end = begin + found[0].size();
    if ((match_end == end && end != text.size()) || out.size() == findings_max) return false;
    const re2::StringPiece& match = groups == 2 && found[1].data() != nullptr ? found[1] : found[0];
    if (!match.empty() && passes(use.pattern->validate, {match.data(), match.size()}))
      out.push_back({place(match), place(match) + match.size(), use.rule});
    at = std::max(match_end, at + 1);
  }
  return true;
}

}  // namespace towline::redact
