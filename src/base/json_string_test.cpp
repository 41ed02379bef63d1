#include "base/json_string.hpp"

#include <gtest/gtest.h>

namespace towline {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, LeavesPlainTextAsItIs) {
  EXPECT_EQ(json("süß 漢字 🚢 /path"), "\"süß 漢字 🚢 /path\"");
}

TEST(JsonString, EscapesWhatJsonAndTerminalsMind) {
  EXPECT_EQ(json("a\"b\\c\nd\re\tf"), R"("a\"b\\c\nd\re\tf")");
  EXPECT_EQ(json(std::string_view("\0\x1b[2J\x7f", 6)), R"("\u0000\u001b[2J\u007f")");
  EXPECT_EQ(json("\xC2\x9B"), R"("\u009b")");  // CSI in one character
}

TEST(JsonString, ReplacesEachByteThatIsNotUtf8) {
  const std::string replacement = "\xEF\xBF\xBD";
  const auto replaced = [&](int count) {
    std::string out = "\"";
    for (int i = 0; i < count; ++i) out += replacement;
    return out + "\"";
  };
  EXPECT_EQ(json("\xFF"), replaced(1));
  EXPECT_EQ(json("\xC0\xAF"), replaced(2));          // overlong
  EXPECT_EQ(json("\xED\xA0\x80"), replaced(3));      // surrogate
  EXPECT_EQ(json("\xF4\x90\x80\x80"), replaced(4));  // above U+10FFFF
  EXPECT_EQ(json("\xE2\x82"), replaced(2));          // cut short
  EXPECT_EQ(json("\xE2\x82z"), "\"" + replacement + replacement + "z\"");
}

TEST(Utf8, KnowsTheLengthOfEverySequenceAtTheEdges) {
  EXPECT_EQ(utf8_sequence_length(""), 0U);
  EXPECT_EQ(utf8_sequence_length("\x7F"), 1U);
  EXPECT_EQ(utf8_sequence_length("\xC2\x80"), 2U);
  EXPECT_EQ(utf8_sequence_length("\xE0\xA0\x80"), 3U);
  EXPECT_EQ(utf8_sequence_length("\xED\x9F\xBF"), 3U);
  EXPECT_EQ(utf8_sequence_length("\xEF\xBF\xBF"), 3U);
  EXPECT_EQ(utf8_sequence_length("\xF0\x90\x80\x80"), 4U);
  EXPECT_EQ(utf8_sequence_length("\xF4\x8F\xBF\xBF"), 4U);
  EXPECT_EQ(utf8_sequence_length("\xF0\x8F\xBF\xBF"), 0U);
  EXPECT_EQ(utf8_sequence_length("\xF5\x80\x80\x80"), 0U);
  EXPECT_EQ(utf8_sequence_length("\x80"), 0U);
}

}  // namespace
}  // namespace towline
