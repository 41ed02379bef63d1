// Conformance with RFC 8259: what must be accepted, what must be refused and why. Every case is parsed as the value of
// a member and, where that makes sense, as an element.
#include "record/grammar.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "record/record.hpp"

namespace towline::record {
namespace {

ParseError parse(std::string text) {
  const std::size_t size = text.size();
  text.append(padding, '}');  // what stands behind a text must not matter
  Record record;
  return record.parse(std::string_view(text).substr(0, size), {});
}

ParseError parse_value(const std::string& value) {
  return parse("{\"k\":" + value + "}");
}

TEST(Grammar, AcceptsEveryKindOfValue) {
  const std::vector<std::string> values = {"{}",
                                           "[]",
                                           "[[]]",
                                           "[{}]",
                                           "{\"a\":{}}",
                                           "\"\"",
                                           "\"a\"",
                                           "true",
                                           "false",
                                           "null",
                                           "0",
                                           "-0",
                                           "1",
                                           "-1",
                                           "123456789012345678901234567890",
                                           "18446744073709551616",
                                           "0.1",
                                           "-0.0",
                                           "1e5",
                                           "1E+5",
                                           "1e-400",
                                           "1e400",
                                           "0e0",
                                           "0.5e10",
                                           "[1,2]",
                                           "[1,\"a\",null,true,[],{}]",
                                           " 1 ",
                                           "\t1\r\n",
                                           "[ 1 , 2 ]",
                                           "{ \"a\" : 1 , \"a\" : 2 }",
                                           "\"\\u0000\"",
                                           "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                           "\"\\u00e9\\uD83D\\uDE00\"",
                                           "\"\xC3\xA9\"",
                                           "\"\xF0\x9F\x98\x80\"",
                                           "\"\x7F\"",
                                           "\"\xE2\x80\xA8\"",
                                           "\"\xEF\xBB\xBF\"",
                                           "\"a/b\"",
                                           "\"{}[],:\"",
                                           "\"\\\\\"",
                                           "\"\\\\\\\"\"",
                                           "{\"\":0}",
                                           "{\"\\u0061\":1}",
                                           "\"\\uFFFF\""};
  for (const std::string& value : values) {
    EXPECT_EQ(parse_value(value), ParseError::none) << value;
    EXPECT_EQ(parse_value("[0," + value + "]"), ParseError::none) << value;
  }
}

TEST(Grammar, RefusesEverythingElse) {
  const std::vector<std::string> values = {"",
                                           " ",
                                           ",",
                                           ":",
                                           "01",
                                           "-",
                                           "-01",
                                           "+1",
                                           ".5",
                                           "1.",
                                           "1.e5",
                                           "1e",
                                           "1e+",
                                           "0x10",
                                           "1_000",
                                           "1a",
                                           "1 2",
                                           "--1",
                                           "1.2.3",
                                           "Infinity",
                                           "NaN",
                                           "-Infinity",
                                           "tru",
                                           "True",
                                           "truefalse",
                                           "nul",
                                           "nulll",
                                           "none",
                                           "'a'",
                                           "a",
                                           "\"a",
                                           "a\"",
                                           "\"a\"b",
                                           "\"a\"\"b\"",
                                           "1\"a\"",
                                           "true\"a\"",
                                           "[",
                                           "]",
                                           "[1",
                                           "[1,",
                                           "[1,]",
                                           "[,1]",
                                           "[1 2]",
                                           "[1;2]",
                                           "[1:2]",
                                           "{",
                                           "}",
                                           "{]",
                                           "[}",
                                           "{1:2}",
                                           "{a:1}",
                                           "{\"a\"}",
                                           "{\"a\":}",
                                           "{\"a\":1,}",
                                           "{,}",
                                           "{\"a\" 1}",
                                           "{\"a\"::1}",
                                           "{\"a\":1 \"b\":2}",
                                           "{null:1}",
                                           "{\"a\":1,,\"b\":2}",
                                           "[1]]",
                                           "{}}",
                                           "\"\n\"",
                                           "\"\t\"",
                                           "\"\x01\"",
                                           "1\f",
                                           "\f1",
                                           "1\v",
                                           "1\x1a",
                                           "/* */1",
                                           "1//",
                                           "\\u0031",
                                           "\\\"a\"",
                                           "\xEF\xBB\xBF"
                                           "1",
                                           std::string("\0", 1),
                                           std::string("1\0", 2),
                                           "\xC2\xA0"
                                           "1",
                                           "true\\",
                                           "\"a\"\\"};
  for (const std::string& value : values) EXPECT_NE(parse_value(value), ParseError::none) << value;
  for (const std::string& value : values) EXPECT_NE(parse_value("[0," + value + "]"), ParseError::none) << value;
}

TEST(Grammar, SaysWhatIsWrong) {
  EXPECT_EQ(parse(""), ParseError::not_object);
  EXPECT_EQ(parse("  \t"), ParseError::not_object);
  EXPECT_EQ(parse("plain text"), ParseError::not_object);
  EXPECT_EQ(parse("[{}]"), ParseError::not_object);
  EXPECT_EQ(parse("\"{}\""), ParseError::not_object);
  EXPECT_EQ(parse("{\"a\":1"), ParseError::invalid_json);
  EXPECT_EQ(parse("{\"a\":\"b}"), ParseError::invalid_json);
  EXPECT_EQ(parse("{\"a\":\"\xFF\"}"), ParseError::invalid_utf8);
  EXPECT_EQ(parse("{} x"), ParseError::trailing_data);
  EXPECT_EQ(parse("{}{}"), ParseError::trailing_data);
  EXPECT_EQ(parse("{},"), ParseError::trailing_data);
}

TEST(Grammar, RefusesInvalidEscapes) {
  for (const char* inside : {"\\x", "\\u", "\\u12", "\\u12g4", "\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800\\u0041",
                             "\\ud800x", "\\'", "\\ ", "\\U0041", "\\u 041"}) {
    EXPECT_EQ(parse_value("\"" + std::string(inside) + "\""), ParseError::invalid_escape) << inside;
    EXPECT_EQ(parse("{\"" + std::string(inside) + "\":1}"), ParseError::invalid_escape) << inside;
    EXPECT_EQ(parse("{\"" + std::string(inside) + "\":{}}"), ParseError::invalid_escape) << inside;
    EXPECT_EQ(parse_value("[\"fine\\n\",\"" + std::string(inside) + "\"]"), ParseError::invalid_escape) << inside;
  }
}

TEST(Grammar, RefusesInvalidUtf8) {
  for (const char* bytes :
       {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(parse_value("\"" + std::string(bytes) + "\""), ParseError::invalid_utf8);
    EXPECT_EQ(parse("{\"" + std::string(bytes) + "\":1}"), ParseError::invalid_utf8);
  }
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Grammar, LimitsTheDepth) {
  const std::size_t inner = depth_max - 1;  // the record itself is the first level
  EXPECT_EQ(parse_value(repeat("[", inner) + repeat("]", inner)), ParseError::none);
  EXPECT_EQ(parse_value(repeat("[", inner + 1) + repeat("]", inner + 1)), ParseError::too_deep);
  EXPECT_EQ(parse_value(repeat("{\"a\":", inner) + "1" + repeat("}", inner)), ParseError::none);
  EXPECT_EQ(parse_value(repeat("{\"a\":", inner + 1) + "1" + repeat("}", inner + 1)), ParseError::too_deep);
  EXPECT_EQ(parse_value(repeat("[", 1'000'000)), ParseError::too_deep);
}

TEST(Grammar, LimitsTheNumberOfValues) {
  const std::size_t others = 3;  // the record, the array and its first element
  EXPECT_EQ(parse_value("[0" + repeat(",0", values_max - others) + "]"), ParseError::none);
  EXPECT_EQ(parse_value("[0" + repeat(",0", values_max - others + 1) + "]"), ParseError::too_many_values);
  EXPECT_EQ(parse("{\"a\":0" + repeat(",\"a\":0", 99'999) + "}"), ParseError::too_many_values);
}

TEST(Grammar, ManyOpenContainersAndNothingElse) {
  for (std::size_t open = 1; open < 2 * depth_max; ++open) EXPECT_NE(parse_value(repeat("[", open)), ParseError::none);
}

TEST(Grammar, EveryPrefixOfARecordIsRefused) {
  const std::string text = R"({"a":[1,{"b":"x\n\u00e9"},null],"c":{"d":-1.5e3,"e":true},"f":""})";
  ASSERT_EQ(parse(text), ParseError::none);
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_NE(parse(text.substr(0, size)), ParseError::none) << size;
}

TEST(Grammar, NumbersEndWhereTheyEnd) {
  const auto length = [](std::string_view text) -> std::ptrdiff_t {
    const char* end = skip_number(text.data(), text.data() + text.size());
    return end == nullptr ? -1 : end - text.data();
  };
  EXPECT_EQ(length("12,"), 2);
  EXPECT_EQ(length("-0.5e+10x"), 8);
  EXPECT_EQ(length("01"), 1);
  EXPECT_EQ(length(""), -1);
  EXPECT_EQ(length("-"), -1);
  EXPECT_EQ(length("1."), -1);
  EXPECT_EQ(length("1e"), -1);
}

}  // namespace
}  // namespace towline::record
