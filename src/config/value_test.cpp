#include "config/value.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

using test::round_trip;
using Table = std::vector<std::pair<std::string, std::string>>;

enum class Mode : std::uint8_t { fast, exact };
constexpr auto config_values(Mode) {
  return std::to_array<Choice<Mode>>({{Mode::fast, "fast", "Speed first."}, {Mode::exact, "exact", "Truth first."}});
}

std::string problem(const std::string& message, const std::string& hint = "") {
  return "test.yaml:1:1: error: " + message + "\n" + (hint.empty() ? "" : "  hint: " + hint + "\n");
}

TEST(Value, Bool) {
  EXPECT_EQ(round_trip<bool>("true"), "true");
  EXPECT_EQ(round_trip<bool>("false"), "false");
  EXPECT_EQ(round_trip<bool>("yes"), problem("expected true or false, not `yes`"));
  EXPECT_EQ(round_trip<bool>("[true]"), problem("expected true or false, not a list"));
}

TEST(Value, String) {
  EXPECT_EQ(round_trip<std::string>("plain"), "plain");
  EXPECT_EQ(round_trip<std::string>("5"), "5");
  EXPECT_EQ(round_trip<std::string>("'a: b'"), "\"a: b\"");
  EXPECT_EQ(round_trip<std::string>("''"), "");
  EXPECT_EQ(round_trip<std::string>("~"), problem("expected text, not nothing"));
}

TEST(Value, Integers) {
  EXPECT_EQ(round_trip<std::uint16_t>("65535"), "65535");
  EXPECT_EQ(round_trip<std::uint16_t>("65536"), problem("must be 0 to 65535, not `65536`"));
  EXPECT_EQ(round_trip<std::uint32_t>("-1"), problem("must be 0 to 4294967295, not `-1`"));
  EXPECT_EQ(round_trip<std::int8_t>("-128"), "-128");
  EXPECT_EQ(round_trip<std::int8_t>("-129"), problem("must be -128 to 127, not `-129`"));
  EXPECT_EQ(round_trip<std::uint64_t>("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(round_trip<std::uint64_t>("18446744073709551616"),
            problem("must be 0 to 18446744073709551615, not `18446744073709551616`"));
  for (const char* text : {"1.5", "0x10", "1e3", "five", "\" 1\"", "\"\""})
    EXPECT_NE(round_trip<int>(text).find("expected a whole number"), std::string::npos) << text;
}

TEST(Value, Double) {
  EXPECT_EQ(round_trip<double>("0.25"), "0.25");
  EXPECT_EQ(round_trip<double>("-2"), "-2");
  for (const char* text : {"nan", "inf", "1e999", "1,5", "x"})
    EXPECT_NE(round_trip<double>(text).find("expected a number"), std::string::npos) << text;
}

TEST(Value, Duration) {
  const Table good{{"250ms", "250ms"},    {"5s", "5s"}, {"90s", "1m30s"},       {"1h30m", "1h30m"},
                   {"7d", "7d"},          {"0s", "0s"}, {"1500ns", "1us500ns"}, {"1d2h3m4s5ms", "1d2h3m4s5ms"},
                   {"106751d", "106751d"}};
  for (const auto& [text, expected] : good) EXPECT_EQ(round_trip<Duration>(text), expected) << text;
  for (const std::string text :
       {"5", "-5s", "5 s", "1.5s", "s", "5x", "30m1h", "1s1s", "106752d", "99999999999999999999s"})
    EXPECT_EQ(round_trip<Duration>(text),
              problem("expected a duration, not `" + text + "`", "write a number with its unit: 250ms, 5s, 1h30m, 7d"));
  EXPECT_EQ(round_trip<Duration>("''"),
            problem("expected a duration, not ``", "write a number with its unit: 250ms, 5s, 1h30m, 7d"));
}

TEST(Value, Enum) {
  EXPECT_EQ(round_trip<Mode>("exact"), "exact");
  EXPECT_EQ(round_trip<Mode>("exacd"), problem("must be fast or exact, not `exacd`", "did you mean `exact`?"));
  EXPECT_EQ(round_trip<Mode>("other"), problem("must be fast or exact, not `other`"));
  EXPECT_EQ(round_trip<Mode>("{}"), problem("must be fast or exact, not a map"));
  EXPECT_EQ(Value<Mode>::info().choices[1].second, "Truth first.");
}

TEST(Value, OptionalListMap) {
  EXPECT_EQ(round_trip<std::optional<int>>("5"), "5");
  EXPECT_EQ(Value<std::optional<int>>::print(std::nullopt), "");
  EXPECT_EQ(round_trip<std::vector<Mode>>("[exact, fast]"), "[exact, fast]");
  EXPECT_EQ(round_trip<std::vector<int>>("[]"), "[]");
  EXPECT_EQ(round_trip<std::vector<int>>("5"), problem("expected a list, not `5`", "a list is written [a, b]"));
  EXPECT_EQ(round_trip<Map<int>>("{z: 1, a: 2}"), "{ z: 1, a: 2 }");
  EXPECT_EQ(round_trip<Map<int>>("{}"), "{}");
  EXPECT_EQ(round_trip<Map<int>>("[]"), problem("expected a map, not a list"));
}

TEST(Value, AnUnsetVariableLeavesAnOptionalValueOut) {
  Problems problems("test.yaml");
  const auto node = parse_yaml("'${UNSET:-}'", test::environment({}), problems);
  const auto value = Value<std::optional<int>>::parse(*node, problems);
  ASSERT_TRUE(value) << problems.text();
  EXPECT_FALSE(*value);
  EXPECT_FALSE(Value<std::optional<int>>::parse(test::node_of("''"), problems));
}

TEST(Value, EveryBadItemOfAListAndAMapIsReported) {
  EXPECT_EQ(round_trip<std::vector<int>>("[1, x, 2, y]"),
            "test.yaml:1:5: error: [1]: expected a whole number, not `x`\n"
            "test.yaml:1:11: error: [3]: expected a whole number, not `y`\n");
  EXPECT_EQ(round_trip<Map<int>>("{a: x, b: ~}"),
            "test.yaml:1:5: error: a: expected a whole number, not `x`\n"
            "test.yaml:1:8: error: b: expected a whole number, not nothing\n");
}

TEST(Value, AMapDoesNotTakeAKeyTwice) {
  Problems problems("test.yaml");
  EXPECT_FALSE(Value<Map<int>>::parse(test::node_of("{a: 1, a: 2}"), problems));
  EXPECT_EQ(problems.text(), "test.yaml:1:8: error: the key `a` is given twice\n  hint: the one before is on line 1\n");
}

TEST(Value, AMessageNeverShowsTheValueOfAVariable) {
  Problems problems("test.yaml");
  const auto node = parse_yaml("[\"${TOKEN}\"]", test::environment({{"TOKEN", "s3cret"}}), problems);
  ASSERT_TRUE(node);
  const Node& value = node->items[0];
  (void)Value<bool>::parse(value, problems);
  (void)Value<int>::parse(value, problems);
  (void)Value<unsigned>::parse(value, problems);
  (void)Value<double>::parse(value, problems);
  (void)Value<Duration>::parse(value, problems);
  (void)Value<Mode>::parse(value, problems);
  (void)Value<std::vector<int>>::parse(value, problems);
  (void)Value<Map<int>>::parse(value, problems);
  EXPECT_EQ(problems.count(), 8U);
  EXPECT_EQ(problems.text().find("s3cret"), std::string::npos) << problems.text();
}

TEST(YamlScalar, QuotesWhatWouldMeanSomethingElse) {
  EXPECT_EQ(yaml_scalar("/var/lib/x-1"), "/var/lib/x-1");
  for (const char* text : {"null", "off", "*.token", "a: b", "- x", "", "#"}) EXPECT_EQ(yaml_scalar(text).front(), '"');
}

}  // namespace
}  // namespace towline::config
