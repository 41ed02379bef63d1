#include "config/process_environment.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace towline::config {
namespace {

TEST(ProcessEnvironment, TellsUnsetFromEmpty) {
  const Environment environment = process_environment();
  ASSERT_EQ(setenv("TOWLINE_TEST_VARIABLE", "a value", 1), 0);
  EXPECT_EQ(environment("TOWLINE_TEST_VARIABLE"), "a value");
  EXPECT_EQ(environment(std::string_view("TOWLINE_TEST_VARIABLES").substr(0, 21)), "a value");
  ASSERT_EQ(setenv("TOWLINE_TEST_VARIABLE", "", 1), 0);
  EXPECT_EQ(environment("TOWLINE_TEST_VARIABLE"), "");
  ASSERT_EQ(unsetenv("TOWLINE_TEST_VARIABLE"), 0);
  EXPECT_EQ(environment("TOWLINE_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace towline::config
