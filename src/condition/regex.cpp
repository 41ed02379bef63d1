#include "condition/regex.hpp"

#include <re2/re2.h>

#include <utility>

namespace towline::condition {

namespace {

// Not RE2's own words: they repeat the expression, which may have come out of a variable.
std::string reason(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadPerlOp:
      return "uses `(?…`, which isn't possible here: there is no look-ahead and no look-behind";
    case re2::RE2::ErrorBadEscape:
      return "has an unknown escape; there are no back-references";
    case re2::RE2::ErrorTrailingBackslash:
      return "ends with a backslash";
    case re2::RE2::ErrorMissingBracket:
      return "has a `[` without its `]`";
    case re2::RE2::ErrorMissingParen:
      return "has a `(` without its `)`";
    case re2::RE2::ErrorUnexpectedParen:
      return "has a `)` without its `(`";
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange:
      return "has a bad character class or range";
    case re2::RE2::ErrorRepeatArgument:
    case re2::RE2::ErrorRepeatOp:
      return "repeats nothing, or a repetition";
    case re2::RE2::ErrorRepeatSize:
      return "repeats more than 1000 times";
    case re2::RE2::ErrorBadNamedCapture:
      return "has a bad name of a group";
    case re2::RE2::ErrorPatternTooLarge:
      return "takes more than 1 MiB when it is compiled";
    default:
      return "is not a regular expression of RE2";
  }
}

}  // namespace

Regex::Regex(std::shared_ptr<const re2::RE2> regex) : regex_(std::move(regex)) {}

Result<Regex> Regex::compile(std::string_view expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(memory_max);
  auto regex = std::make_shared<const re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!regex->ok()) return Error{"the expression " + reason(regex->error_code())};
  return Regex(std::move(regex));
}

bool Regex::found_in(std::string_view text) const {
  return regex_->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

}  // namespace towline::condition
