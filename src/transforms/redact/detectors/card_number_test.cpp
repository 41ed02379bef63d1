// Card numbers as JSON numbers, however they are written.
#include <gtest/gtest.h>

#include <string>

#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

std::string redact(const std::string& number) {
  return transforms::apply_step(step_type, "{}", "{\"n\":" + number + "}");
}

TEST(CardNumber, ExponentsAreApplied) {
  for (const char* number :
       {"4.111111111111111e+15", "4.111111111111111E15", "41111111111111110e-1", "4111111111111111E0",
        "4111111111111111.0e0", "-4.111111111111111e15", "0.4111111111111111e16", "411111111111111100.00E-2",
        "4111111111111111000000000000000000000e-21", "4111111111111111.000000000000000000000000000000000"}) {
    EXPECT_EQ(redact(number), R"({"n":"[REDACTED:card]"})") << number;
  }
}

TEST(CardNumber, OtherNumbersStay) {
  for (const std::string number :
       {"4111111111111111e1", "4111111111111111e-1", "4.111111111111112e15", "4111111111111111e99999999999999999999",
        "4111111111111111e-99999999999999999999", "0.0000000000000000e0", "4111111111111111.25", "1e400000000000",
        "0.00000000000000000000e99"}) {
    EXPECT_EQ(redact(number), "{\"n\":" + number + "}");
  }
  const std::string giant = "4111111111111111" + std::string(100'000, '0');
  EXPECT_EQ(redact(giant), "{\"n\":" + giant + "}");
}

}  // namespace
}  // namespace towline::redact
