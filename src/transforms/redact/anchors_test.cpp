#include "transforms/redact/anchors.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {
namespace {

constexpr Anchor anchors[] = {{"@", "", ""},       {"e", "y", "J"}, {"bB", "eE", "aA"}, {"ABC", "XYZ", digit_set},
                              {"g", "h", "pousr"}, {"s", "k", "-"}, {"x", "o", "x"},    {"\xC3", "\xA9", ""},
                              {"q", "", "q"},      {"A", "I", "z"}};

bool fits(std::string_view set, std::string_view text, std::size_t at) {
  const char c = at < text.size() ? text[at] : '\0';
  return set.empty() || set.find(c) != std::string_view::npos;
}

// One look at each byte by itself.
std::vector<std::size_t> naive(std::string_view text) {
  std::vector<std::size_t> found;
  std::size_t run = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    run = is_digit(text[at]) || text[at] == ' ' || text[at] == '-' ? run + 1 : 0;
    bool any = run == digit_run_min;
    for (const Anchor& anchor : anchors) {
      any = any ||
            (fits(anchor.first, text, at) && fits(anchor.second, text, at + 1) && fits(anchor.third, text, at + 2));
    }
    if (any) found.push_back(at);
  }
  return found;
}

std::vector<std::size_t> all(AnchorFinder& finder, std::string_view text) {
  std::vector<std::size_t> found;
  const bool any = finder.search(text);
  for (std::size_t at = finder.next(0, text.size()); at != AnchorFinder::none; at = finder.next(at + 1, text.size())) {
    found.push_back(at);
  }
  EXPECT_EQ(any, !found.empty());
  return found;
}

std::string random_text(SeededRandom& random) {
  static constexpr std::string_view likely = "eyJbBaA@XYZ0123 -ghpskox-q";
  std::string text;
  for (std::uint64_t left = random.below(400); left > 0; --left) {
    text += random.below(8) == 0 ? static_cast<char>(random.below(256)) : likely[random.below(likely.size())];
  }
  return text;
}

TEST(Anchors, BothWaysFindWhatANaiveSearchFinds) {
  AnchorFinder fast(anchors, true);
  AnchorFinder portable(anchors, true, classify_portable);
  SeededRandom random(11);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_text(random);
    ASSERT_EQ(all(fast, text), naive(text)) << text;
    ASSERT_EQ(all(portable, text), naive(text)) << text;
  }
}

TEST(Anchors, RunsAreFoundAtEveryPlaceAndLength) {
  AnchorFinder finder(anchors, true);
  for (std::size_t before = 0; before < 140; ++before) {
    for (const std::size_t length :
         {std::size_t{10}, digit_run_min, std::size_t{12}, std::size_t{64}, std::size_t{200}}) {
      const std::string text = std::string(before, '.') + std::string(length, '7') + ".";
      ASSERT_EQ(all(finder, text), naive(text)) << before << " " << length;
    }
  }
}

TEST(Anchors, RunsOnlyWhereAskedFor) {
  AnchorFinder finder(anchors, false);
  EXPECT_FALSE(finder.search("12345678901234567890"));
  EXPECT_TRUE(finder.search("12345678901234567890@"));
}

TEST(Anchors, AnswersAboutParts) {
  AnchorFinder finder(anchors, true);
  std::string text(300, '.');
  text[5] = text[64] = text[255] = '@';
  finder.search(text);
  EXPECT_EQ(finder.next(0, 300), 5U);
  EXPECT_EQ(finder.next(5, 6), 5U);
  EXPECT_EQ(finder.next(6, 64), AnchorFinder::none);
  EXPECT_EQ(finder.next(6, 65), 64U);
  EXPECT_EQ(finder.next(65, 300), 255U);
  EXPECT_EQ(finder.next(256, 300), AnchorFinder::none);
  EXPECT_EQ(finder.next(300, 300), AnchorFinder::none);
}

TEST(Anchors, EmptyTextsAndGiantsInTurn) {
  AnchorFinder finder(anchors, true);
  EXPECT_FALSE(finder.search(""));
  EXPECT_TRUE(finder.search(std::string(1'000'000, '@')));
  EXPECT_FALSE(finder.search("nothing"));
}

}  // namespace
}  // namespace towline::redact
