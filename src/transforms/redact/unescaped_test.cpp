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
      {"\x1B]0;%40\x07", "\x1B]0;@\x07"},
  };
  for (const auto& [text, expected] : cases) {
    Unescaped unescaped;
    EXPECT_TRUE(unescaped.undo(text)) << text;
    EXPECT_EQ(unescaped.text(), expected) << text;
  }
}

TEST(Unescaped, LeavesTheRest) {
  for (const char* text :
       {"",     "plain", "%",   "%4",      "%zz",    "%u004", "12+34", "a+b",         "&",        "&x;",  "&#;",
        "&#x;", "\\",    "\\q", "\\ud83d", "\\u004", "\\x4",  "\\8",   "&#99999999;", "&#xD800;", "\\777"}) {
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
