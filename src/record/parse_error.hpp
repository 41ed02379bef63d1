// Why a text is not a record. The names are metric labels and the `towline.error` of a wrapped line.
#pragma once

#include <cstdint>
#include <string_view>

namespace towline::record {

enum class ParseError : std::uint8_t {
  none,
  not_object,       // the line does not begin with '{': plain text, an array, a bare value, nothing
  invalid_json,     // begins like an object and breaks the grammar of RFC 8259
  invalid_utf8,     // RFC 8259 texts are UTF-8
  invalid_escape,   // an unknown escape, or half of a surrogate pair ("\ud800"), which no UTF-8 can express
  trailing_data,    // one object and then something else
  too_deep,         // depth_max
  too_many_values,  // values_max
  too_long,         // bytes_max
};

constexpr std::string_view name(ParseError error) {
  switch (error) {
    case ParseError::none:
      return "none";
    case ParseError::not_object:
      return "not_object";
    case ParseError::invalid_json:
      return "invalid_json";
    case ParseError::invalid_utf8:
      return "invalid_utf8";
    case ParseError::invalid_escape:
      return "invalid_escape";
    case ParseError::trailing_data:
      return "trailing_data";
    case ParseError::too_deep:
      return "too_deep";
    case ParseError::too_many_values:
      return "too_many_values";
    case ParseError::too_long:
      return "too_long";
  }
  return "unknown";
}

}  // namespace towline::record
