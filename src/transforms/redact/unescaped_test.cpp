#include "transforms/redact/unescaped.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace towline::redact {
namespace {

TEST(Unescaped, Undoes) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a%40b", "a@b"},
      {"%u0040", "@"},
      {"%c3%A9", "\xC3\xA9"},
      {"%25%34%30", "%40"},
      {"1234+5678", "1234 5678"},
      {"&#64;&#x40;&#X40;&#64", "@@@@"},
      {"&lt;&gt;&quot;&apos;&amp;&nbsp;&commat;&period;&colon;&equals;", "<>\"'& @.:="},
      {"\\u0040\\x40\\100\\n\\\"\\'", "@@@\n\"'"},
      {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
      {"\\\\u0040", "\\u0040"},
      {"a\x1B[1;31mb\x1B]0;t\x07"
       "c\x1B]8;;u\x1B\\d",
       "abcd"},
      {std::string("a\0b", 3), "ab"},
      {"&#0000000000064;&#x000000040", "@@"},
      {"a\x1B[31", "a[31"},
      {"a\x1B(Bb\x1B"
       "7c\x1B%Gd\x1BPq;1\x1B\\e\x1B_x\x1B\\f\x1BXx\x1B\\g\x1B^\a\x1B\\h",
       "abcdefgh"},
      {"a\xC2\x9B"
       "31mb\xC2\x9D"
       "0;t\ac\xC2\x90q\xC2\x9C"
       "d\xC2\x84"
       "e\x1B]0;t\xC2\x9C"
       "f",
       "abcdef"},
      {"a\xC2\x9B"
       "31",
       "a31"},
      {"a\xC2\x90q\nb", "aq\nb"},
      {"a\x1B( ", "a( "},
  };
  for (const auto& [text, expected] : cases) {
    Unescaped unescaped;
    EXPECT_TRUE(unescaped.undo(text)) << text;
    EXPECT_EQ(unescaped.text(), expected) << text;
  }
}

// A text, and what it is with torn escapes undone, and with them kept.
struct Tear {
  std::string text;
  std::string undone;
  std::string kept;
};

TEST(Unescaped, TornEscapesAreReadAsTheyStandOrLeftForTheNextLevel) {
  const std::vector<Tear> cases = {
      {"&#5\\u0033;", "\x05\x33;", "&#53;"},
      {"&#x5%33;", "\x05\x33;", "&#x53;"},
      {"&#52&#49;1", "411", "&#5211"},
      {"&#52%3b", "4;", "&#52;"},
      {"&#5\\\\u0033;", "\x05\\u0033;", "&#5\\u0033;"},
      {"\\10%30", "\x08\x30", "\\100"},
      {std::string("&#6\0"
                   "4;",
                   6),
       "\x06\x34;", "&#64;"},
      {"\x1B[\\u0033%30m4", "u00330m4", "\x1B[30m4"},
      {"\x1B[3%32m4", "4", "\x1B[32m4"},
      {"\x1B\\u005b2K4", "[2K4", "\x1B[2K4"},
      {"\x1B[2\\u004b4", "u004b4", "\x1B[2K4"},
      {"\x1B[3\x1B[32m1m4", "[31m4", "\x1B[31m4"},
      {"\x1B]0;%40\x07", "", "\x1B]0;@\x07"},
      {"a\x1B]0;%0a\x07@", "a@", "a\x1B]0;\n\x07@"},
      {"\x1B]0;t\\u0007x", "]0;t\x07x", "\x1B]0;t\x07x"},
      {"\x1B]8;;u\x1B\\nx", "nx", "\x1B]8;;u\x1B\nx"},
      {"&#6%3\\u0034;", "\x06%34;", "&#6%34;"},
      {"&#6&#x3\\u0034;;", "\x06\x03\x34;;", "&#6&#x34;;"},
      {"\\6&#&#52;9;", "\x06&#49;", "\\6&#49;"},
      {"\x1B[3\\&#x75;0031m4", "u0031m4", "\x1B[3\\u0031m4"},
      {"\x1B[3%3&#49;m4", "4", "\x1B[3%31m4"},
      {"\x1B%5b2K4", "[2K4", "\x1B[2K4"},
      {"\x1B(\\u00424", "(B4", "\x1B(B4"},
      {"\x1B\x1B[0m[31m4", "[31m4", "\x1B[31m4"},
      {"\x1B[3\xC2\x84"
       "1m4",
       "[31m4", "\x1B[31m4"},
  };
  for (const auto& [text, undone, kept] : cases) {
    Unescaped unescaped;
    EXPECT_TRUE(unescaped.undo(text, Readers::hasty));
    EXPECT_TRUE(unescaped.torn()) << text;
    EXPECT_EQ(unescaped.text(), undone) << text;
    EXPECT_TRUE(unescaped.undo(text, Readers::patient));
    EXPECT_TRUE(unescaped.torn()) << text;
    EXPECT_EQ(unescaped.text(), kept) << text;
  }
}

TEST(Unescaped, WhatOnlySeemsTornIsReadWhenNothingElseIsLeft) {
  Unescaped unescaped;
  EXPECT_TRUE(unescaped.undo("&#64%4&", Readers::patient));
  EXPECT_EQ(unescaped.text(), "@%4&");
  EXPECT_TRUE(unescaped.undo("&#64%4&%40", Readers::patient));
  EXPECT_EQ(unescaped.text(), "&#64%4&@");
}

TEST(Unescaped, RareControlSequencesAreKnownOrNot) {
  for (const auto& [text, known, unknown] : std::vector<Tear>{{"a\x1B"
                                                               "7b",
                                                               "ab", "a7b"},
                                                              {"a\x1B(Bb", "ab", "a(Bb"}}) {
    Unescaped unescaped;
    EXPECT_TRUE(unescaped.undo(text, Readers::hasty));
    EXPECT_TRUE(unescaped.rare());
    EXPECT_EQ(unescaped.text(), known);
    EXPECT_TRUE(unescaped.undo(text, Readers::ignorant));
    EXPECT_EQ(unescaped.text(), unknown);
  }
}

TEST(Unescaped, WhatIsWholeIsNotTorn) {
  for (const char* text : {"&#64;%41", "&#64", "&#20013&#25991", "&#64%20x", "\\100%41", "\\1\\n", "\x1B[0m%40",
                           "\x1B]0;t\x07%40", "\x1B]8;;u\x1B\\d", "%40%41", "a\x1B", "\x1B[31",
                           "\xC2\x9B"
                           "31m%40",
                           "\x1B]8;;http://x?a=1&b=2\x1B\\ %40", "100%&#52;0"}) {
    Unescaped unescaped;
    unescaped.undo(text);
    EXPECT_FALSE(unescaped.torn()) << text;
    const std::string undone = unescaped.text();
    unescaped.undo(text, Readers::patient);
    EXPECT_EQ(unescaped.text(), undone) << text;
  }
}

TEST(Unescaped, LeavesTheRest) {
  for (const char* text : {"",     "plain", "%",           "%4",       "%zz",   "%u004",    "12+34",    "a+b",
                           "&",    "&x;",   "&#;",         "&#x;",     "\\",    "\\q",      "\\ud83d",  "\\u004",
                           "\\x4", "\\8",   "&#99999999;", "&#xD800;", "\\777", "\xC2\xA7", "\xC2\x85", "\xC3\x9B"}) {
    Unescaped unescaped;
    EXPECT_FALSE(unescaped.undo(text)) << text;
    EXPECT_EQ(unescaped.text(), text);
  }
}

TEST(Unescaped, KnowsWhereBytesCameFrom) {
  Unescaped unescaped;
  ASSERT_TRUE(unescaped.undo("ab%40c\x1B[0md\\u00e9e"));  // ab@cd\xC3\xA9e
  ASSERT_EQ(unescaped.text(),
            "ab@cd\xC3\xA9"
            "e");
  const std::size_t origins[] = {0, 1, 2, 5, 10, 11, 12, 17, 18};
  for (std::size_t at = 0; at <= unescaped.text().size(); ++at) EXPECT_EQ(unescaped.origin(at), origins[at]) << at;
  ASSERT_FALSE(unescaped.undo("xy"));
  EXPECT_EQ(unescaped.origin(2), 2U);
}

TEST(Unescaped, WhatIsLeftOutBelongsToWhatIsBeforeIt) {
  Unescaped unescaped;
  ASSERT_TRUE(unescaped.undo("a\x1B[0m"));
  EXPECT_EQ(unescaped.origin(0), 0U);
  EXPECT_EQ(unescaped.origin(1), 5U);
}

}  // namespace
}  // namespace towline::redact
