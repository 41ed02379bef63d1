// What is done with what a detector, a pattern or the name of a field has found.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/value.hpp"
#include "transforms/redact/tokens.hpp"

namespace towline::redact {

// From the mildest to the strongest.
enum class Action : std::uint8_t { mask, hash, redact, remove, drop_record };

constexpr auto config_values(Action) {
  return std::to_array<config::Choice<Action>>({
      {Action::mask, "mask", "shows a part of it, where there is a mask."},
      {Action::redact, "redact", "writes `[REDACTED:name]`."},
      {Action::hash, "hash", "writes `[REDACTED:name:key:token]`; the same value has the same token."},
      {Action::remove, "remove", "takes the field out, or, in a longer text, just what was found."},
      {Action::drop_record, "drop_record", "takes the whole record out (counted as filtered)."},
  });
}

using Mask = void (*)(std::string_view found, std::string& out);

// One kind of thing to redact, and how.
struct Rule {
  std::string_view name;  // of the detector, of the pattern, or "field"; outlives the rule
  Action action = Action::redact;
  Mask mask = nullptr;  // for Action::mask
};

// The mask of what has this name, besides those that detectors have themselves; null if nothing of it may be shown.
Mask mask_of(std::string_view name);

// `****` and the last four letters and digits; only `****` of what has less than eight.
void mask_all_but_last_four(std::string_view found, std::string& out);

// The form of a value that its token is made from: small letters for an e-mail address; no blanks, dashes, dots and
// brackets for numbers, and small letters there, too; everything else as it is. Returns `scratch` or `found`.
std::string_view normal_form(std::string_view name, std::string_view found, std::string& scratch);

// Appends what stands in place of `found`; nothing for what is removed. A mask shows a part only if `whole`: if nothing
// but `found` is replaced by it.
void append_replacement(const Rule& rule, std::string_view found, bool whole, const Tokens& tokens, std::string& out);

}  // namespace towline::redact
