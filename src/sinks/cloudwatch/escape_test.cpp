#include "sinks/cloudwatch/escape.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/random.hpp"

namespace towline::cloudwatch {
namespace {

class EscapeBy : public testing::TestWithParam<Escape> {};

// Texts of all lengths around a block, with every density of what is escaped, beside the obvious way.
TEST_P(EscapeBy, EveryLengthAndDensity) {
  SeededRandom random(11);
  for (std::size_t length = 0; length < 300; ++length) {
    for (const std::uint64_t one_in : {1U, 2U, 9U, 1000U}) {
      std::string text;
      std::string expected;
      while (text.size() < length) {
        text += random.below(one_in) == 0 ? "\"\\"[random.below(2)] : static_cast<char>(' ' + 5 + random.below(50));
        if (text.back() == '"' || text.back() == '\\') expected += '\\';
        expected += text.back();
      }
      std::string out(2 * length + escape_overrun + 1, '#');
      char* const end = GetParam()(out.data(), text);
      ASSERT_NE(end, nullptr);
      ASSERT_EQ(std::string_view(out.data(), static_cast<std::size_t>(end - out.data())), expected);
      EXPECT_EQ(out.back(), '#') << "written behind the room";
      if (length == 0) continue;
      text[random.below(length)] = '\x1F';
      EXPECT_EQ(GetParam()(out.data(), text), nullptr);
    }
  }
}

TEST_P(EscapeBy, TellsOfControlCharacters) {
  std::string out(64 + escape_overrun, '\0');
  char* const end = GetParam()(out.data(), R"(a"b\c)");
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(std::string_view(out.data(), static_cast<std::size_t>(end - out.data())), R"(a\"b\\c)");
  for (const char* text : {"\n", "abc\t", "\x1F"}) EXPECT_EQ(GetParam()(out.data(), text), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Ways, EscapeBy, testing::ValuesIn(ways_to_escape().begin(), ways_to_escape().end()));

}  // namespace
}  // namespace towline::cloudwatch
