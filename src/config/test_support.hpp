// What the tests of this folder share: parsing a piece of YAML with a pretended environment.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "config/node.hpp"
#include "config/value.hpp"

namespace towline::config::test {

inline Environment environment(std::map<std::string, std::string, std::less<>> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

// The node of this text; the test fails if it doesn't parse.
inline Node node_of(std::string_view text) {
  Problems problems("test.yaml");
  std::optional<Node> node = parse_yaml(text, environment({}), problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return node ? std::move(*node) : Node();
}

// The value, printed again as a default would be; or what is wrong with it.
template <class T>
std::string round_trip(std::string_view yaml) {
  Problems problems("test.yaml");
  const std::optional<T> value = Value<T>::parse(node_of(yaml), problems);
  EXPECT_EQ(value.has_value(), problems.empty());
  return value ? Value<T>::print(*value) : problems.text();
}

}  // namespace towline::config::test
