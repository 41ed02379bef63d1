#include "app/commands/import/variables.hpp"

#include <gtest/gtest.h>

namespace towline::app::migration {
namespace {

TEST(ImportVariables, BecomeOurs) {
  const std::pair<const char*, const char*> table[] = {
      {"plain", "plain"},
      {"$HOST", "${HOST}"},
      {"$HOST:$PORT/x", "${HOST}:${PORT}/x"},
      {"${HOST}", "${HOST}"},
      {"a${HOST:-b c}d", "a${HOST:-b c}d"},
      {"${HOST:?must be set}", "${HOST}"},
      {"${HOST?must be set}", "${HOST}"},
      {"$$HOST", "$HOST"},
      {"$${HOST}", "$${HOST}"},
      {"^a$", "^a$"},
      {"a$ b", "a$ b"},
      {"costs $5", "costs $5"},
      {"${", "$${"},
      {"${}", "$${}"},
      {"${A B}", "$${A B}"},
      {"$", "$"},
  };
  for (const auto& [there, here] : table) {
    const Variables converted = convert_variables(there);
    EXPECT_EQ(converted.text, here) << there;
    EXPECT_EQ(converted.different, "") << there;
  }
}

TEST(ImportVariables, WhatMeansSomethingElseIsTold) {
  EXPECT_EQ(convert_variables("x${A-b}y").text, "x${A:-b}y");
  EXPECT_EQ(convert_variables("x${A-b}y").different, "${A:-b}");
  EXPECT_EQ(convert_variables("$a.b.c").different, "${a.b.c}");
}

TEST(ImportVariables, AreRecognised) {
  EXPECT_TRUE(has_variable("a${B}"));
  EXPECT_FALSE(has_variable("a$${B}"));
  EXPECT_TRUE(has_variable("$${A}${B}"));
  EXPECT_FALSE(has_variable("$B"));
}

}  // namespace
}  // namespace towline::app::migration
