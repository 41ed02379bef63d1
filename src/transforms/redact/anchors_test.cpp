#include "transforms/redact/anchors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {
namespace {

constexpr Anchor anchors[] = {
    {"@", ""},
    {"e", "y", "J"},
    {"bB", "eE", "aA", "rR"},
    {"ABC", "XYZ", digit_set, digit_set},
    {"g", "h", "pousr", "_"},
    {"s", "k", "-"},
    {"x", "o", "x"},
    {"o", "\xC3", "\xA9"},
    {"q", "", "q"},
    {"A", "I", "z", "a"},
    {"k", "g", "h", "", true},
};
constexpr Shape all_shapes = Shape::digit_run | Shape::spaced_separators | Shape::dotted_groups;

bool fits(std::string_view set, std::string_view text, std::size_t at) {
  return set.empty() || (at < text.size() && set.find(text[at]) != std::string_view::npos);
}

bool stands_at(const Anchor& anchor, std::string_view text, std::size_t at) {
  return fits(anchor.first, text, at) && fits(anchor.second, text, at + 1) && fits(anchor.third, text, at + 2) &&
         fits(anchor.fourth, text, at + 3) && !(anchor.word_start && follows_word(text, at));
}

bool is_one_of(std::string_view set, std::string_view text, std::size_t at) {
  return at < text.size() && set.find(text[at]) != std::string_view::npos;
}

bool ends_spaced_separators(std::string_view text, std::size_t at) {
  for (std::size_t back = 0; back <= 9; back += 3) {
    if (at < back || !is_one_of("-:.", text, at - back)) return false;
  }
  return true;
}

bool begins_dotted_group(std::string_view text, std::size_t at) {
  if (!is_one_of(".", text, at)) return false;
  const bool pair = (at >= 4 && text[at - 4] == '.') || (at >= 5 && text[at - 5] == '.');
  for (std::size_t i = 1; i <= 4; ++i) {
    if (at + i >= text.size() || !is_hex(text[at + i])) return false;
  }
  return pair;
}

// Whether the run that has been as long as a run of digits must be up to `at` may hold (a part of) a number.
bool is_in_number(std::string_view text, std::size_t at, std::size_t min = digit_run_min) {
  const std::size_t begin = at + 1 - min;
  std::size_t end = at;
  while (end < text.size() && in_digit_run(text[end])) ++end;
  if ((begin > 0 && is_one_of(".+", text, begin - 1)) || is_one_of(".+", text, end)) return true;
  std::size_t digits = 0;
  for (std::size_t group = begin; group < end; ++group) {
    std::size_t group_end = group;
    while (group_end < end && is_digit(text[group_end])) ++group_end;
    const bool of_word = (follows_word(text, group) && !text.substr(0, group).ends_with("%B")) ||
                         (group_end < text.size() && is_alnum(text[group_end]));
    if (!of_word) digits += group_end - group;
    group = group_end;
  }
  return digits >= 9;
}

// Where the dotted run that has been as long as one must be up to `at` may hold a number that others don't show: it has
// nine digits, and from the first to the last of them there is a dot, and not only digits and dots, or they begin like
// an area. Or there is no dot, and no room for a digit run, and it begins with a 0.
std::size_t place_in_dotted(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 1 - dotted_run_min;
  std::string run(text.substr(begin));
  run.resize(std::min(run.size(), run.find_first_not_of("0123456789 -/().\xC2\xA0")));
  if (run[4] == '-' && run[7] == '-') return std::string::npos;
  const std::size_t dot = std::min(run.find('.'), run.size());
  const bool is_short = dot == dotted_run_min && run[0] == '0' && is_in_number(text, at, dotted_run_min) &&
                        std::count_if(run.begin(), run.begin() + dotted_run_min, is_digit) >= 9;
  const std::size_t otherwise = is_short ? at : std::string::npos;
  if (run.find_first_of(digit_set) == std::string::npos) return otherwise;
  run = run.substr(run.find_first_of(digit_set));
  run.resize(run.find_last_of(digit_set) + 1);
  const bool area = run[0] == '0' && run.find_first_of("0.", 1) != 1;
  const bool separated = run.find_first_not_of("0123456789.") != std::string::npos;
  const bool enough = std::count_if(run.begin(), run.end(), is_digit) >= 9 && run.find('.') != std::string::npos;
  return enough && (separated || area) ? begin + dot : otherwise;
}

// One look at each byte by itself.
std::vector<std::size_t> naive(std::string_view text, Shape shapes) {
  std::vector<std::size_t> found;
  std::size_t run = 0;
  std::size_t dotted = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    run = in_digit_run(text[at]) ? run + 1 : 0;
    dotted = in_digit_run(text[at]) || text[at] == '.' ? dotted + 1 : 0;
    if (has(shapes, Shape::dotted_groups) && dotted == dotted_run_min) found.push_back(place_in_dotted(text, at));
    bool any = has(shapes, Shape::digit_run) && run == digit_run_min && is_in_number(text, at);
    any = any || (has(shapes, Shape::spaced_separators) && ends_spaced_separators(text, at));
    any = any || (has(shapes, Shape::dotted_groups) && begins_dotted_group(text, at));
    for (const Anchor& anchor : anchors) any = any || stands_at(anchor, text, at);
    if (any) found.push_back(at);
  }
  std::erase(found, std::string::npos);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
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
  static constexpr std::string_view likely = "eyJbBaArR@XYZ0123 -ghpskox-q...:/()";
  static constexpr std::string_view pieces[] = {
      "12:34:56:78:", "1.234.5678",  "aabb.ccdd.eeff", "\xC2\xA0",          "o\xC3\xA9",
      "\x1B[1m",      "kgh",         "4111 1111 1111", "a1234-5678-90123 ", "%B41111111111",
      "202.555-0172", "030/901820x", "x030.901820",    "x2026-11-20.5 ",    "030/901820."};
  std::string text;
  for (std::uint64_t left = random.below(400); left > 0; --left) {
    const std::uint64_t choice = random.below(16);
    if (choice == 0)
      text += static_cast<char>(random.below(256));
    else if (choice == 1)
      text += pieces[random.below(std::size(pieces))];
    else
      text += likely[random.below(likely.size())];
  }
  return text;
}

std::vector<Classify> ways() {
  std::vector<Classify> usable = {classify_portable};
  for (const Classify classify : {avx2_classify(), avx512_classify()}) {
    if (classify != nullptr) usable.push_back(classify);
  }
  return usable;
}

TEST(Anchors, EachWayFindsWhatANaiveSearchFinds) {
  for (const Classify classify : ways()) {
    for (const Shape shapes :
         {all_shapes, Shape::none, Shape::digit_run, Shape::spaced_separators, Shape::dotted_groups}) {
      AnchorFinder finder(anchors, shapes, classify);
      SeededRandom random(11);
      for (int round = 0; round < 600; ++round) {
        const std::string text = random_text(random);
        ASSERT_EQ(all(finder, text), naive(text, shapes)) << text;
      }
    }
  }
}

TEST(Anchors, ShapesAreFoundAtEveryPlaceAndLength) {
  for (const Classify classify : ways()) {
    AnchorFinder finder(anchors, all_shapes, classify);
    for (std::size_t before = 0; before < 140; ++before) {
      for (const std::size_t length :
           {std::size_t{10}, digit_run_min, std::size_t{12}, std::size_t{64}, std::size_t{200}}) {
        const std::string text = std::string(before, '_') + std::string(length, '7') + "_";
        ASSERT_EQ(all(finder, text), naive(text, all_shapes)) << before << " " << length;
      }
      for (const char* shape :
           {"aa:bb:cc:dd:ee:ff", "aabb.ccdd.eeff", "212.555.0123", "aa:bb:cc:dd", "aabb.ccdd.eef"}) {
        const std::string text = std::string(before, '_') + shape + "_";
        ASSERT_EQ(all(finder, text), naive(text, all_shapes)) << before << " " << shape;
      }
    }
  }
}

// What stands behind a text is no part of it.
TEST(Anchors, NothingBehindATextIsRead) {
  for (const Classify classify : ways()) {
    AnchorFinder finder(anchors, all_shapes, classify);
    for (std::size_t size = 0; size < 200; ++size) {
      const std::string text = std::string(size, '1') + "eyJ";
      const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size + 2));
      const std::string_view cut(exact.data(), exact.size());
      ASSERT_EQ(all(finder, cut), naive(cut, all_shapes)) << size;
    }
  }
}

TEST(Anchors, ShapesOnlyWhereAskedFor) {
  AnchorFinder finder(anchors, Shape::none);
  EXPECT_FALSE(finder.search("12345678901234567890 aa:bb:cc:dd:ee:ff 212.555.0123"));
  EXPECT_TRUE(finder.search("12345678901234567890@"));
}

TEST(Anchors, SaysWhichStandAtAPlace) {
  AnchorFinder finder(anchors, all_shapes);
  const auto numbers = [&](std::string_view text, std::size_t at) {
    std::vector<std::size_t> found;
    finder.anchors().at(text, at).each([&](std::size_t number) { found.push_back(number); });
    return found;
  };
  EXPECT_EQ(numbers("a@", 1), std::vector<std::size_t>{0});
  EXPECT_EQ(numbers("BeaR", 0), std::vector<std::size_t>{2});
  EXPECT_EQ(numbers("qqq", 0), std::vector<std::size_t>{8});
  EXPECT_EQ(numbers("qq", 0), std::vector<std::size_t>());
  EXPECT_EQ(numbers("kgh", 0), std::vector<std::size_t>{10});
  EXPECT_EQ(numbers("akgh", 1), std::vector<std::size_t>());
  EXPECT_EQ(numbers("\\nkgh", 2), std::vector<std::size_t>{10});
}

TEST(Anchors, AsManyAsThereMayBe) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < anchors_max; ++i)
    words.push_back({static_cast<char>('a' + i % 16), static_cast<char>('A' + i / 16)});
  std::vector<Anchor> many;
  for (const std::string& word : words)
    many.push_back({std::string_view(word).substr(0, 1), std::string_view(word).substr(1, 1)});
  for (const Classify classify : ways()) {
    AnchorFinder finder(many, Shape::none, classify);
    for (const std::string& word : words)
      EXPECT_EQ(all(finder, ".." + word + ".."), std::vector<std::size_t>{2}) << word;
    EXPECT_FALSE(finder.search("..Aa..zA..aZ"));
  }
}

TEST(Anchors, AnswersAboutParts) {
  AnchorFinder finder(anchors, all_shapes);
  std::string text(300, '_');
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

TEST(Anchors, ArePreparedOnce) {
  const auto first = prepare(anchors);
  EXPECT_EQ(prepare(std::vector<Anchor>(std::begin(anchors), std::end(anchors))).get(), first.get());
  EXPECT_NE(prepare(std::span(anchors).first(2)), first);
  const Anchor alike[] = {{"a", "bc"}, {"ab", "c"}, {"a", "bc", "", "", true}};
  EXPECT_NE(prepare(std::span(alike, 1)), prepare(std::span(alike + 1, 1)));
  EXPECT_NE(prepare(std::span(alike, 1)), prepare(std::span(alike + 2, 1)));
}

TEST(Anchors, OnlyTheLastOnesAreKept) {
  const std::weak_ptr<const PreparedAnchors> kept = prepare(anchors);
  const std::weak_ptr<const PreparedAnchors> gone = prepare(std::span(anchors).first(1));
  for (std::size_t count = 2; count < 2 + prepared_max; ++count) {
    prepare(anchors);
    prepare(std::span(anchors).first(count));
  }
  EXPECT_FALSE(kept.expired());
  EXPECT_TRUE(gone.expired());
}

TEST(Anchors, ArePreparedByAnyThread) {
  std::vector<std::shared_ptr<const PreparedAnchors>> made(4);
  std::vector<std::thread> threads;
  for (auto& one : made) {
    threads.emplace_back([&one] {
      for (std::size_t count = 1; count <= prepared_max; ++count) one = prepare(std::span(anchors).first(count));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto last = prepare(std::span(anchors).first(prepared_max));
  for (const auto& one : made) EXPECT_EQ(one.get(), last.get());
}

TEST(Anchors, EmptyTextsAndGiantsInTurn) {
  AnchorFinder finder(anchors, all_shapes);
  EXPECT_FALSE(finder.search(""));
  EXPECT_TRUE(finder.search(std::string(1'000'000, '@')));
  EXPECT_FALSE(finder.search("nothing"));
  EXPECT_EQ(finder.next(0, 7), AnchorFinder::none);
}

}  // namespace
}  // namespace towline::redact
