#include "condition/decimal.hpp"

#include <gtest/gtest.h>

#include <string>

namespace towline::condition {
namespace {

int sign_of(int comparison) {
  return comparison < 0 ? -1 : comparison > 0 ? 1 : 0;
}

int order(std::string_view left, std::string_view right) {
  const auto a = Decimal::parse(left);
  const auto b = Decimal::parse(right);
  EXPECT_TRUE(a && b) << left << " " << right;
  return a && b ? sign_of(compare(*a, *b)) : 99;
}

TEST(Decimal, Equal) {
  const std::string_view groups[][6] = {
      {"0", "-0", "+0", "0.000", "0e99", "-0.0E-5"},
      {"1", "1.0", "10e-1", "0.1e1", "0.001E+3", "+1"},
      {"1200", "1.2e3", "12E2", "0.0012e6", "1200.000", "120000e-2"},
      {"-0.05", "-5e-2", "-0.050", "-50e-3", "-0.5e-1", "-0.00005e3"},
      {"9007199254740993", "9007199254740993.0", "900719925474099.3e1", "0.9007199254740993e16", "9007199254740993e0",
       "90071992547409930e-1"},
  };
  for (const auto& group : groups) {
    for (const std::string_view left : group)
      for (const std::string_view right : group) EXPECT_EQ(order(left, right), 0) << left << " " << right;
  }
}

TEST(Decimal, InOrder) {
  const std::string_view ascending[] = {"-1e400",
                                        "-1e308",
                                        "-9007199254740993",
                                        "-9007199254740992",
                                        "-12",
                                        "-9.99",
                                        "-1",
                                        "-0.1",
                                        "-1e-400",
                                        "0",
                                        "1e-400",
                                        "0.0999",
                                        "0.1",
                                        "0.10000000000000000000000001",
                                        "0.2",
                                        "1",
                                        "1.00001",
                                        "9",
                                        "10",
                                        "10.5",
                                        "11",
                                        "100",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "1e20",
                                        "1e400"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t j = 0; j < std::size(ascending); ++j)
      EXPECT_EQ(order(ascending[i], ascending[j]), i < j ? -1 : i > j ? 1 : 0) << ascending[i] << " " << ascending[j];
  }
}

TEST(Decimal, HugeExponentsAreOne) {
  EXPECT_EQ(order("1e99999999999999999999999999", "2e5"), 1);
  EXPECT_EQ(order("1e-99999999999999999999999999", "2e-5"), -1);
  EXPECT_EQ(order("1e99999999999999999999999999", "1e77777777777777777777777777"), 0);
}

TEST(Decimal, OnlyNumbers) {
  for (const std::string_view text :
       {"", "+", "-", "1.", ".5", "01", "1e", "1e+", "0x1", "1 ", " 1", "1.2.3", "+-1", "--1", "NaN", "1a", "1*"})
    EXPECT_FALSE(Decimal::parse(text)) << text;
}

// Against the arithmetic of the machine, where that is exact.
TEST(Decimal, AgreesWithIntegers) {
  std::uint64_t state = 12345;
  const auto next = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>(state) >> (state % 61);
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t left = next();
    const std::int64_t right = i % 3 == 0 ? left + i % 2 : next();
    EXPECT_EQ(order(std::to_string(left), std::to_string(right)), left < right ? -1 : left > right ? 1 : 0);
  }
}

}  // namespace
}  // namespace towline::condition
