#include "config/expand.hpp"

#include <algorithm>
#include <optional>

#include "base/json_string.hpp"

namespace towline::config {
namespace {

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// `inside` is what stands between `${` and `}`.
Result<std::string> value_of(std::string_view inside, const Environment& environment) {
  const std::size_t separator = inside.find(":-");
  const std::string_view name = inside.substr(0, separator);
  if (!is_variable_name(name))
    return Error{in_quotes(name) + " is not the name of a variable; for a literal ${ write $${"};
  const std::optional<std::string> value = environment(name);
  if (separator != std::string_view::npos && (!value || value->empty()))
    return std::string(inside.substr(separator + 2));
  if (!value) return Error{"the environment variable " + in_quotes(name) + " is not set"};
  if (!is_utf8(*value)) return Error{"the environment variable " + in_quotes(name) + " does not hold valid UTF-8"};
  return *value;
}

}  // namespace

Result<std::string> expand_variables(std::string_view text, const Environment& environment) {
  std::string out;
  for (;;) {
    const std::size_t begin = text.find("${");
    if (begin == std::string_view::npos) return out.append(text);
    if (begin > 0 && text[begin - 1] == '$') {
      out.append(text, 0, begin - 1).append("${");
      text.remove_prefix(begin + 2);
      continue;
    }
    const std::size_t end = text.find('}', begin);
    if (end == std::string_view::npos) return Error{"`${` without its `}`; for a literal ${ write $${"};
    const Result<std::string> value = value_of(text.substr(begin + 2, end - begin - 2), environment);
    if (!value) return value.error();
    out.append(text, 0, begin).append(*value);
    text.remove_prefix(end + 1);
  }
}

}  // namespace towline::config
