#include "record/path.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace towline::record {
namespace {

std::vector<std::string> levels(std::string_view text) {
  std::vector<std::string> result;
  const Result<Path> path = Path::parse(text);
  EXPECT_TRUE(path) << text;
  for (const Path::Segment& segment : path->segments()) {
    result.push_back(segment.any ? "<any>" : segment.text);
  }
  return result;
}

using Levels = std::vector<std::string>;

TEST(Path, SplitsAtDots) {
  EXPECT_EQ(levels("a"), (Levels{"a"}));
  EXPECT_EQ(levels("a.b-c.d e"), (Levels{"a", "b-c", "d e"}));
  EXPECT_EQ(levels("a.*.b"), (Levels{"a", "<any>", "b"}));
  EXPECT_EQ(levels("a*"), (Levels{"a*"})) << "a star is special only when it stands alone";
}

TEST(Path, QuotesAndBackslashesTakeTheMeaningAway) {
  EXPECT_EQ(levels("labels.\"app.name\".x"), (Levels{"labels", "app.name", "x"}));
  EXPECT_EQ(levels("labels.app\\.name"), (Levels{"labels", "app.name"}));
  EXPECT_EQ(levels("\"*\""), (Levels{"*"}));
  EXPECT_EQ(levels("\\*"), (Levels{"*"}));
  EXPECT_EQ(levels("\"a\\\"b\""), (Levels{"a\"b"}));
}

TEST(Path, KnowsWhatWasWrittenPlainly) {
  const Result<Path> path = Path::parse("a*.\"a*\".a\\*.*");
  ASSERT_EQ(path->segments().size(), 4U);
  EXPECT_TRUE(path->segments()[0].plain);
  EXPECT_FALSE(path->segments()[1].plain);
  EXPECT_FALSE(path->segments()[2].plain);
  EXPECT_TRUE(path->segments()[3].plain);
}

TEST(Path, NumbersAreIndexes) {
  EXPECT_EQ(Path::parse("a.12")->segments()[1].index, 12U);
  EXPECT_EQ(Path::parse("a.12x")->segments()[1].index, Path::not_an_index);
  EXPECT_EQ(Path::parse("a.\"12\"")->segments()[1].index, Path::not_an_index);
  EXPECT_EQ(Path::parse("a.99999999999999999999999")->segments()[1].index, Path::not_an_index);
}

TEST(Path, KnowsItsTextAndWildcards) {
  EXPECT_EQ(Path::parse("a.*")->text(), "a.*");
  EXPECT_TRUE(Path::parse("a.*")->has_wildcard());
  EXPECT_FALSE(Path::parse("a.b")->has_wildcard());
}

TEST(Path, RefusesWhatIsNotAPath) {
  const std::string many(2 * Path::segments_max, '.');
  for (const char* text : {"", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a\"b", "\"\""}) {
    EXPECT_FALSE(Path::parse(text)) << text;
  }
  std::string deep = "a";
  for (std::size_t i = 1; i < Path::segments_max; ++i) deep += ".a";
  EXPECT_TRUE(Path::parse(deep));
  EXPECT_FALSE(Path::parse(deep + ".a"));
  EXPECT_EQ(Path::parse("a..b").error().message, "'a..b' is not a path: a key is missing");
}

}  // namespace
}  // namespace towline::record
