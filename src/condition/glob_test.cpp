#include "condition/glob.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace towline::condition {
namespace {

Glob glob(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (const char c : text) {
    if (c == '*')
      pieces.emplace_back();
    else
      pieces.back() += c;
  }
  return Glob(std::move(pieces));
}

// Slow and plain.
bool expected(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] != '*') return text.starts_with(pattern[0]) && expected(pattern.substr(1), text.substr(1));
  return expected(pattern.substr(1), text) || (!text.empty() && expected(pattern, text.substr(1)));
}

// All words of up to `length` letters of an alphabet.
std::vector<std::string> words(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> all{""};
  for (std::size_t begin = 0; length > 0; --length) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin)
      for (const char c : alphabet) all.push_back(all[begin] + c);
  }
  return all;
}

TEST(Glob, IsWhatTheSimpleOneSays) {
  const std::vector<std::string> texts = words("ab", 6);
  for (const std::string& pattern : words("ab*", 5)) {
    const Glob compiled = glob(pattern);
    for (const std::string& text : texts)
      ASSERT_EQ(compiled.matches(text), expected(pattern, text)) << pattern << " " << text;
  }
}

TEST(Glob, FindsWithoutReadingTwice) {
  EXPECT_EQ(find("abc", "bc"), 1U);
  EXPECT_EQ(find("abc", ""), 0U);
  EXPECT_EQ(find("", "a"), std::string_view::npos);
  EXPECT_EQ(find({}, {}), 0U);
  EXPECT_EQ(find(std::string_view("a\0b", 3), std::string_view("\0b", 2)), 1U);
}

// With a search that begins again at each place this would take 10^11 steps.
TEST(Glob, TakesLinearTime) {
  const std::string text(4'000'000, 'a');
  const Glob compiled = glob("*" + std::string(4'000, 'a') + "b*" + std::string(4'000, 'a') + "b*");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(compiled.matches(text));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace towline::condition
