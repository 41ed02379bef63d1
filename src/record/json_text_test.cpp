#include "record/json_text.hpp"

#include <gtest/gtest.h>

#include "base/json_string.hpp"
#include "base/random.hpp"
#include "record/grammar.hpp"

namespace towline::record {
namespace {

TEST(JsonText, DecodesEveryEscape) {
  std::string out;
  EXPECT_TRUE(append_decoded(out, R"(a\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00z)"));
  EXPECT_EQ(out, "a\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
}

TEST(JsonText, SaysWhenAnEscapeIsNotValid) {
  for (const char* inside : {"\\", "\\q", "\\u123", "\\uD800", "\\uD800\\n", "\\uDFFF", "\\uD83D\\u0041"}) {
    std::string out;
    EXPECT_FALSE(append_decoded(out, inside)) << inside;
    EXPECT_FALSE(escapes_are_valid(inside)) << inside;
  }
}

TEST(JsonText, ComparesDecoded) {
  EXPECT_TRUE(decodes_to("p\\u0061ssword", "password"));
  EXPECT_FALSE(decodes_to("p\\u0061ssword", "passwor"));
  EXPECT_FALSE(decodes_to("\\uD800", ""));
}

TEST(JsonText, EncodingAndDecodingGiveTheSameText) {
  SeededRandom random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::uint64_t left = random.below(20); left > 0; --left) {
      const auto code_point = static_cast<char32_t>(random.below(round % 2 == 0 ? 0x80 : 0xD800));
      append_utf8(text, code_point);
    }
    std::string encoded;
    append_json_string(encoded, text);
    std::string decoded;
    ASSERT_TRUE(append_decoded(decoded, std::string_view(encoded).substr(1, encoded.size() - 2)));
    ASSERT_EQ(decoded, text);
  }
}

}  // namespace
}  // namespace towline::record
