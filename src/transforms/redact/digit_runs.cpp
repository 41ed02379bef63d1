#include "transforms/redact/digit_runs.hpp"

namespace towline::redact {

namespace {

bool joins(char c) {
  return c == '.' || c == '+';
}

// The letter before the first track of a magnetic stripe is no part of a word.
bool begins_in_word(std::string_view text, std::size_t begin) {
  return is_digit(text[begin]) && follows_word(text, begin) && !text.substr(0, begin).ends_with("%B");
}

}  // namespace

bool goes_beyond(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin > 0 && joins(text[begin - 1])) || (end < text.size() && joins(text[end]));
}

bool may_hold_number(std::string_view text, std::size_t begin, std::size_t end) {
  if (!goes_beyond(text, begin, end)) {
    if (begin < end && begins_in_word(text, begin)) begin = skip(text.substr(0, end), begin, is_digit);
    if (alnum_at(text, end)) {
      while (begin < end && is_digit(text[end - 1])) --end;
    }
  }
  std::size_t digits = 0;
  for (std::size_t i = begin; i < end && digits < run_digits_min; ++i) digits += is_digit(text[i]) ? 1U : 0U;
  return digits == run_digits_min;
}

bool may_hold_dotted_number(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin < end && !is_digit(text[begin])) ++begin;
  while (begin < end && !is_digit(text[end - 1])) --end;
  std::size_t digits = 0;
  std::size_t dots = 0;
  for (std::size_t i = begin; i < end; ++i) {
    digits += is_digit(text[i]) ? 1U : 0U;
    dots += text[i] == '.' ? 1U : 0U;
  }
  if (digits < run_digits_min || dots == 0) return false;
  const bool before_area = text[begin] == '0' && text[begin + 1] != '0' && text[begin + 1] != '.';
  return before_area || digits + dots < end - begin;
}

}  // namespace towline::redact
