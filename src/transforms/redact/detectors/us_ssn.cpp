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

// Part of something longer, such as an id with more dashes.
bool continues(std::string_view text, std::size_t begin, std::size_t end) {
  const auto in_word = [](char c) { return is_alnum(c) || c == '_'; };
  if (begin > 0 && (in_word(text[begin - 1]) || text[begin - 1] == '-')) return true;
  if (end == text.size()) return false;
  return in_word(text[end]) || (text[end] == '-' && alnum_at(text, end + 1));
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const auto in_run = [](char c) { return is_digit(c) || c == ' ' || c == '-'; };
  while (at > 0 && in_run(text[at - 1])) --at;
  while (at < text.size() && in_run(text[at])) {
    const std::string_view candidate = text.substr(at, size);
    const bool match =
        candidate.size() == size && has_shape(candidate) && is_given_out(candidate) && !continues(text, at, at + size);
    if (match) found.add(at, at + size);
    at += match ? size : 1;
  }
  return at;
}

}  // namespace

const Detector us_ssn = {"us_ssn", "US social security numbers, written with dashes.", {}, true, find};

}  // namespace towline::redact
