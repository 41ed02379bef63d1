#include "transforms/redact/key_ends.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace towline::redact {
namespace {

TEST(KeyEnds, NamesInAllSpellings) {
  KeyEnds ends;
  ends.add("token");
  ends.add("ab");
  ends.add("x");
  for (const char* key : {"token", "TOKEN", "to-ken", "toke-n", "toke_n", "token_", "next token", "a[token]", "AB",
                          "a_b", "cab", "x", "X", "axx", "token-", "-"}) {
    EXPECT_TRUE(ends.may_be_one(std::string_view(key))) << key;
  }
  for (const char* key : {"", "a", "b", "en", "n", "tokens", "level", "abc", "key"}) {
    EXPECT_FALSE(ends.may_be_one(std::string_view(key))) << key;
  }
}

TEST(KeyEnds, ShortKeysInAText) {
  KeyEnds ends;
  ends.add("cvc");
  ends.add("id");
  const std::string_view text = R"({"id":1,"vc":2,"c":3,"":4,"cvc":5})";
  const auto before = [&](std::size_t end) { return ends.candidates_before(text.data() + end) != 0; };
  EXPECT_TRUE(before(text.find("id") + 2));
  EXPECT_FALSE(before(text.find("\"vc") + 3));
  EXPECT_FALSE(before(text.find("\"c\"") + 2));
  EXPECT_FALSE(before(text.find("\"\"") + 1));
  EXPECT_TRUE(before(text.find("cvc\"") + 3));
}

TEST(KeyEnds, MoreThanThereAreBits) {
  KeyEnds ends;
  std::vector<std::string> names;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) names.push_back({'n', a, b});
  }
  for (const std::string& name : names) ends.add(name);
  for (const std::string& name : names) EXPECT_TRUE(ends.may_be_one(name)) << name;
  EXPECT_FALSE(ends.may_be_one(std::string_view("777")));
}

TEST(KeyEnds, All) {
  for (const bool empty : {false, true}) {
    KeyEnds ends;
    EXPECT_FALSE(ends.may_be_one(std::string_view("key")));
    if (empty)
      ends.add("");
    else
      ends.add_all();
    for (const char* key : {"key", "", "a"}) EXPECT_TRUE(ends.may_be_one(std::string_view(key))) << key;
  }
}

}  // namespace
}  // namespace towline::redact
