// Settings that may be switched off: Limit is a positive number or `unlimited`, OrOff<T> is a T or `off`,
// OrUnlimited<T> is a T or `unlimited`.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/value.hpp"

namespace towline::config {

class Limit {
 public:
  constexpr Limit() = default;  // unlimited
  constexpr explicit Limit(std::uint64_t value) : value_(value) {}
  static constexpr Limit unlimited() { return {}; }

  constexpr bool is_unlimited() const { return value_ == std::numeric_limits<std::uint64_t>::max(); }
  // The number; the largest there is when unlimited, so that `count < limit.value()` is always right.
  constexpr std::uint64_t value() const { return value_; }
  bool operator==(const Limit&) const = default;

 private:
  std::uint64_t value_ = std::numeric_limits<std::uint64_t>::max();
};

template <>
struct Value<Limit> {
  static std::optional<Limit> parse(const Node& node, Problems& problems);
  static std::string print(Limit limit);
  static ValueInfo info();
};

// What is written in the place of a value.
enum class Without : std::uint8_t { off, unlimited };
std::string_view to_string(Without word);

template <class T, Without word>
struct OrWithout {
  std::optional<T> value;

  OrWithout() = default;                     // without
  OrWithout(T on) : value(std::move(on)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  bool operator==(const OrWithout&) const = default;
};

template <class T>
using OrOff = OrWithout<T, Without::off>;
template <class T>
using OrUnlimited = OrWithout<T, Without::unlimited>;

bool is_word(const Node& node, Without word);
ValueInfo or_without_info(ValueInfo inner, Without word);

template <class T, Without word>
struct Value<OrWithout<T, word>> {
  using Type = OrWithout<T, word>;

  static std::optional<Type> parse(const Node& node, Problems& problems) {
    if (is_word(node, word)) return Type();
    std::optional<T> value = Value<T>::parse(node, problems);
    return value ? std::optional<Type>(Type(std::move(*value))) : std::nullopt;
  }
  static std::string print(const Type& value) { return value ? Value<T>::print(*value) : std::string(to_string(word)); }
  static ValueInfo info() { return or_without_info(Value<T>::info(), word); }
};

}  // namespace towline::config
