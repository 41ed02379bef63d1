// What users look for themselves: patterns in RE2's syntax, with an optional check of what they find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/value.hpp"
#include "transforms/redact/actions.hpp"
#include "transforms/redact/budget.hpp"
#include "transforms/redact/finding.hpp"

namespace re2 {
class RE2;
}

namespace towline::redact {

enum class Validation : std::uint8_t { none, luhn, card, mod97 };

constexpr auto config_values(Validation) {
  return std::to_array<config::Choice<Validation>>({
      {Validation::none, "none", "everything counts."},
      {Validation::luhn, "luhn", "the last digit has to be the check digit of the others."},
      {Validation::card, "card", "the digits have to be a payment card number."},
      {Validation::mod97, "mod97", "letters and digits have to have the check of an IBAN."},
  });
}

struct Pattern {
  std::string name;
  std::shared_ptr<const re2::RE2> expression;
  Validation validate = Validation::none;
  std::optional<Action> action;

  static constexpr std::size_t text_max = 2048;                       // bytes of an expression
  static constexpr std::int64_t memory_max = std::int64_t{4} << 20U;  // of one compiled
};

struct PatternList {
  std::vector<Pattern> patterns;
  static constexpr std::size_t count_max = 64;
};

// Compiles an expression; the error says what is wrong with it, its hint what to do.
struct BadPattern {
  std::string message;
  std::string hint;
};
std::variant<std::shared_ptr<const re2::RE2>, BadPattern> compile_pattern(std::string_view text);

// Whether the letters and digits of `found` pass; everything else in it is skipped.
bool passes(Validation validation, std::string_view found);

// One thread at a time.
class PatternFinder {
 public:
  // `rules` has one for each pattern, and outlives it.
  PatternFinder(const PatternList& list, std::span<const Rule> rules);
  PatternFinder(const PatternFinder&) = delete;
  PatternFinder& operator=(const PatternFinder&) = delete;

  bool empty() const { return patterns_.empty(); }
  // Whether an expression matches anywhere, whatever else has to be right.
  bool any(std::string_view text) const;

  // Appends what the patterns find: where an expression has a group in round brackets, only what the first group
  // matched; in the order of the text, overlaps merged. False if that took too much work, or something reaches over
  // more than `reach` bytes: then nothing of the text may be shown.
  bool find(std::string_view text, Budget& budget, std::vector<Finding>& out) const;

  // In longer texts only matches of up to so many bytes are found.
  static constexpr std::size_t reach = std::size_t{16} * 1024;

 private:
  struct Use {
    const Pattern* pattern;
    const Rule* rule;
  };
  bool find_one(const Use& use, std::string_view text, Budget& budget, std::vector<Finding>& out) const;

  std::vector<Pattern> patterns_;
  std::vector<Use> uses_;
};

}  // namespace towline::redact
