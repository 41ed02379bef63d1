#include "transforms/redact/redactions.hpp"

#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/tokens.hpp"

namespace towline::redact {

namespace {

// The longest redaction: its name, and two tokens with the names of their keys.
constexpr std::size_t length_max =
    redaction_start.size() + Redactions::name_max + 2 * (Tokens::key_letters + Tokens::token_letters + 2) + 1;

}  // namespace

Redactions::Redactions() {
  for (const Detector* detector : all_detectors) add(detector->name);
  add(field_name);
  add(unexaminable_name);
}

void Redactions::add(std::string_view name) {
  names_.insert(std::lower_bound(names_.begin(), names_.end(), name), std::string(name));
}

std::size_t Redactions::length(std::string_view text) const {
  if (!text.starts_with(redaction_start)) return 0;
  const auto in_name = [](char c) { return is_alnum(c) || c == '_' || c == '-'; };
  const std::size_t begin = redaction_start.size();
  std::size_t end = skip(text.substr(0, begin + name_max), begin, in_name);
  if (!std::binary_search(names_.begin(), names_.end(), text.substr(begin, end - begin))) return 0;
  end += Tokens::length(text.substr(end));
  return end < text.size() && text[end] == ']' ? end + 1 : 0;
}

// A redaction that holds the byte at `begin` starts less than its length before that.
bool Redactions::inside_one(std::string_view text, std::size_t begin, std::size_t end) const {
  const std::size_t from = begin - std::min(begin, length_max);
  const std::string_view near = text.substr(from, begin - from + redaction_start.size());
  const std::size_t at = near.rfind(redaction_start);
  return at != std::string_view::npos && from + at + length(text.substr(from + at)) >= end;
}

}  // namespace towline::redact
