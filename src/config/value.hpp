// Value<T>: how one type is read from YAML, printed as a default and described. This file has the general types;
// config/types.hpp adds sizes, addresses, secrets. A component adds its own type by specialising Value for it:
//
//   template <>
//   struct towline::config::Value<towline::rename::Renames> {
//     static std::optional<rename::Renames> parse(const Node& node, Problems& problems);  // any shape of YAML
//     static std::string print(const rename::Renames& value);                             // as YAML; "" shows no
//     default static ValueInfo info();
//   };
//
// parse() reports what is wrong at `node.mark` and returns std::nullopt; messages show node.shown(), never node.text.
//
// An enum becomes readable by a table of its names, found beside the enum by argument-dependent lookup:
//
//   constexpr auto config_values(Framing) {
//     return std::to_array<config::Choice<Framing>>({{Framing::line, "line", "One record a line."}, …});
//   }
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "config/json.hpp"
#include "config/node.hpp"

namespace towline::config {

// What reference pages and JSON Schema say about a type.
struct ValueInfo {
  std::string name;                                          // for a person: "size", "list of strings"
  Json json;                                                 // a JSON Schema without description and default
  std::vector<std::pair<std::string, std::string>> choices;  // the names of an enum and what each means
};

template <class T>
struct Value;

// A map with keys that the user chooses, in the order of the file: `headers: { X-One: a, X-Two: b }`.
template <class T>
using Map = std::vector<std::pair<std::string, T>>;

template <class E>
struct Choice {
  E value;
  std::string_view name;
  std::string_view description;
};

// --- Helpers for specialisations of Value ---

// A schema for a scalar that isn't a string; a string with a `${VARIABLE}` is allowed in its place.
Json or_variable(Json scalar);
// A schema for a string that matches this regular expression (or holds a variable).
Json text_matching(std::string_view pattern);
// A plain YAML scalar where that is safe, a double-quoted one otherwise.
std::string yaml_scalar(std::string_view text);
// Reports "expected <what>, not <node>" and returns false unless the node is of that kind.
bool expect_scalar(const Node& node, std::string_view what, Problems& problems);
bool expect_sequence(const Node& node, std::string_view what, Problems& problems);
bool expect_map(const Node& node, std::string_view what, Problems& problems);

// --- The general types ---

template <>
struct Value<bool> {
  static std::optional<bool> parse(const Node& node, Problems& problems);
  static std::string print(bool value) { return value ? "true" : "false"; }
  static ValueInfo info();
};

template <>
struct Value<std::string> {
  static std::optional<std::string> parse(const Node& node, Problems& problems);
  static std::string print(const std::string& value) { return value.empty() ? std::string() : yaml_scalar(value); }
  static ValueInfo info();
};

template <>
struct Value<double> {
  static std::optional<double> parse(const Node& node, Problems& problems);
  static std::string print(double value);
  static ValueInfo info();
};

// "250ms", "5s", "1h30m", "7d". Never negative; a number without a unit is refused.
template <>
struct Value<Duration> {
  static std::optional<Duration> parse(const Node& node, Problems& problems);
  static std::string print(Duration value);
  static ValueInfo info();
};
std::optional<Duration> parse_duration(std::string_view text);  // nullopt: it isn't one

// The integer types share one parser; the bounds of the type are the bounds of the value.
std::optional<std::int64_t> parse_signed(const Node& node, std::int64_t min, std::int64_t max, Problems& problems);
std::optional<std::uint64_t> parse_unsigned(const Node& node, std::uint64_t max, Problems& problems);
ValueInfo integer_info(bool is_signed);

template <std::integral T>
struct Value<T> {
  static std::optional<T> parse(const Node& node, Problems& problems) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_signed_v<T>) {
      const auto value = parse_signed(node, Limits::min(), Limits::max(), problems);
      return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
    } else {
      const auto value = parse_unsigned(node, Limits::max(), problems);
      return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
    }
  }
  static std::string print(T value) { return std::to_string(value); }
  static ValueInfo info() { return integer_info(std::is_signed_v<T>); }
};

// Reads one of these names; the index into the list, or std::nullopt after reporting.
std::optional<std::size_t> parse_choice(const Node& node, const std::vector<std::string>& names, Problems& problems);
ValueInfo choice_info(std::vector<std::pair<std::string, std::string>> choices);

template <class E>
requires std::is_enum_v<E>
struct Value<E> {
  static std::optional<E> parse(const Node& node, Problems& problems) {
    std::vector<std::string> names;
    for (const Choice<E>& choice : config_values(E{})) names.emplace_back(choice.name);
    const auto index = parse_choice(node, names, problems);
    if (!index) return std::nullopt;
    return config_values(E{})[*index].value;
  }
  static std::string print(E value) {
    for (const Choice<E>& choice : config_values(E{}))
      if (choice.value == value) return std::string(choice.name);
    return {};
  }
  static ValueInfo info() {
    std::vector<std::pair<std::string, std::string>> choices;
    for (const Choice<E>& choice : config_values(E{})) choices.emplace_back(choice.name, choice.description);
    return choice_info(std::move(choices));
  }
};

// A setting that may be left out; `${VARIABLE:-}` leaves it out where that is unset. Its default is shown as "none".
template <class T>
struct Value<std::optional<T>> {
  static std::optional<std::optional<T>> parse(const Node& node, Problems& problems) {
    if (node.is_scalar() && node.text.empty() && !node.written.empty())
      return std::optional<std::optional<T>>(std::in_place, std::nullopt);
    std::optional<T> value = Value<T>::parse(node, problems);
    if (!value) return std::nullopt;
    return std::optional<std::optional<T>>(std::in_place, std::move(value));
  }
  static std::string print(const std::optional<T>& value) { return value ? Value<T>::print(*value) : std::string(); }
  static ValueInfo info() { return Value<T>::info(); }
};

ValueInfo list_info(ValueInfo item);
ValueInfo map_info(ValueInfo item);

template <class T>
struct Value<std::vector<T>> {
  static std::optional<std::vector<T>> parse(const Node& node, Problems& problems) {
    if (!expect_sequence(node, "a list", problems)) return std::nullopt;
    std::vector<T> values;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Problems::Scope scope(problems, "[" + std::to_string(i) + "]");
      std::optional<T> value = Value<T>::parse(node.items[i], problems);
      if (value) values.push_back(std::move(*value));
    }
    if (values.size() != node.items.size()) return std::nullopt;
    return values;
  }
  static std::string print(const std::vector<T>& values) {
    std::string text;
    for (const T& value : values) text += (text.empty() ? "" : ", ") + Value<T>::print(value);
    return "[" + text + "]";
  }
  static ValueInfo info() { return list_info(Value<T>::info()); }
};

template <class T>
struct Value<std::vector<std::pair<std::string, T>>> {
  static std::optional<Map<T>> parse(const Node& node, Problems& problems) {
    if (!expect_map(node, "a map", problems)) return std::nullopt;
    const bool unique = check_duplicate_keys(node, problems);
    Map<T> values;
    for (const Node::Entry& entry : node.entries) {
      const Problems::Scope scope(problems, entry.key);
      std::optional<T> value = Value<T>::parse(entry.value, problems);
      if (value) values.emplace_back(entry.key, std::move(*value));
    }
    if (!unique || values.size() != node.entries.size()) return std::nullopt;
    return values;
  }
  static std::string print(const Map<T>& values) {
    std::string text;
    for (const auto& [key, value] : values)
      text += (text.empty() ? " " : ", ") + yaml_scalar(key) + ": " + Value<T>::print(value);
    return text.empty() ? "{}" : "{" + text + " }";
  }
  static ValueInfo info() { return map_info(Value<T>::info()); }
};

}  // namespace towline::config
