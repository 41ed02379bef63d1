// Settings that may be switched off: Limit is a positive number or `unlimited`, OrOff<T> is a T or `off`.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
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

template <class T>
struct OrOff {
  std::optional<T> value;

  OrOff() = default;                     // off
  OrOff(T on) : value(std::move(on)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  bool operator==(const OrOff&) const = default;
};

bool is_off(const Node& node);
ValueInfo or_off_info(ValueInfo inner);

template <class T>
struct Value<OrOff<T>> {
  static std::optional<OrOff<T>> parse(const Node& node, Problems& problems) {
    if (is_off(node)) return OrOff<T>();
    std::optional<T> value = Value<T>::parse(node, problems);
    return value ? std::optional<OrOff<T>>(OrOff<T>(std::move(*value))) : std::nullopt;
  }
  static std::string print(const OrOff<T>& value) { return value ? Value<T>::print(*value) : "off"; }
  static ValueInfo info() { return or_off_info(Value<T>::info()); }
};

}  // namespace towline::config
