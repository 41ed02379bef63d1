// US social security numbers: ddd-dd-dddd within the ranges that are ever given out.
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t size = 11;

bool has_shape(std::string_view text) {
  for (std::size_t i = 0; i < size; ++i) {
    if (i == 3 || i == 6 ? text[i] != '-' : !is_digit(text[i])) return false;
  }
  return true;
}

bool is_given_out(std::string_view text) {
  const std::string_view area = text.substr(0, 3);
  return area != "000" && area != "666" && area[0] != '9' && text.substr(4, 2) != "00" && text.substr(7, 4) != "0000";
}

// Part of something longer, such as an id with more dashes; but a name may stand before it (ssn-536-22-8726). Numbers
// beside it that were redacted still count, so that nothing is found only the second time.
bool continues(std::string_view text, std::size_t begin, std::size_t end) {
  const auto joins = [](char c) { return c == '-' || c == '_'; };
  if (follows_word(text, begin)) return true;
  if (begin > 0 && joins(text[begin - 1]) && (begin == 1 || !is_letter(text[begin - 2]))) return true;
  if (end == text.size()) return false;
  if (!joins(text[end])) return is_alnum(text[end]);
  const std::string_view next = text.substr(end + 1);
  return (!next.empty() && is_digit(next[0])) || next.starts_with(redaction_start);
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  while (at > 0 && in_digit_run(text[at - 1])) --at;
  while (at < text.size() && in_digit_run(text[at])) {
    const std::string_view candidate = text.substr(at, size);
    const bool match =
        candidate.size() == size && has_shape(candidate) && is_given_out(candidate) && !continues(text, at, at + size);
    if (match) found.add(at, at + size);
    at += match ? size : 1;
  }
  return at;
}

constexpr Example examples[] = {
    {"536-22-8726", "[REDACTED:us_ssn]"},
    {"ssn:536-22-8726;", "ssn:[REDACTED:us_ssn];"},
    {"ssn-078-05-1120", "ssn-[REDACTED:us_ssn]"},
};
constexpr std::string_view counter_examples[] = {
    "000-22-8726", "666-22-8726", "936-22-8726",   "536-00-8726",   "536-22-0000", "1536-22-8726",
    "536-22-872",  "536 22 8726", "5-536-22-8726", "536-22-8726-1", "2026-11-20",  "536-228-726",
};

}  // namespace

const Detector us_ssn = {
    .name = "us_ssn",
    .description = "US social security numbers, written with dashes.",
    .validation =
        "Only numbers that are ever given out: no area 000, 666 or 900 and above, no group 00, no serial 0000; not "
        "as part of a longer number with dashes.",
    .examples = examples,
    .counter_examples = counter_examples,
    .shapes = Shape::digit_run,
    .find = find,
};

}  // namespace towline::redact
