// How a table fits a width.
#include "app/commands/top/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace towline::app::top {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Table table() {
  return {{{"NAME"}, {"STATE"}, {"RATE", true}, {"TYPE", false, 2}, {"TOTAL", true, 1}},
          {{{{"betterstack"}, {"healthy"}, {"1,203"}, {"http"}, {"9"}}},
           {{{"b"}, {"refused", Style::bad}, {"0"}, {"console"}, {"12,345"}}, {"403 Forbidden", Style::bad}}}};
}

TEST(TopText, NumbersStandRightTextStandsLeft) {
  EXPECT_THAT(
      lines_of(table(), 80, Colour::off),
      ElementsAre("NAME         STATE     RATE  TYPE      TOTAL", "betterstack  healthy  1,203  http          9",
                  "b            refused      0  console  12,345", "  403 Forbidden"));
}

TEST(TopText, TheLeastUrgentColumnLeavesFirst) {
  EXPECT_THAT(lines_of(table(), 40, Colour::off),
              ElementsAre("NAME         STATE     RATE   TOTAL", "betterstack  healthy  1,203       9",
                          "b            refused      0  12,345", "  403 Forbidden"));
  EXPECT_EQ(lines_of(table(), 30, Colour::off)[1], "betterstack  healthy  1,203");
}

TEST(TopText, ThenTheNameIsCut) {
  EXPECT_EQ(lines_of(table(), 25, Colour::off)[1], "betterst…  healthy  1,203");
}

TEST(TopText, NoLineIsEverWiderThanItMayBe) {
  for (std::size_t width = 1; width <= 60; ++width) {
    for (const std::string& line : lines_of(table(), width, Colour::off)) {
      EXPECT_LE(width_of(line), width) << line;
    }
  }
}

TEST(TopText, ColourIsAroundTheTextAndNotInItsWidth) {
  const std::vector<std::string> lines = lines_of(table(), 80, Colour::on);
  EXPECT_EQ(lines[2], "b            \x1b[31mrefused\x1b[0m      0  console  12,345");
  EXPECT_EQ(lines[3], "\x1b[31m  403 Forbidden\x1b[0m");
  EXPECT_THAT(lines_of(table(), 80, Colour::off), Each(Not(HasSubstr("\x1b"))));
}

TEST(TopText, ACutCountsCharactersNotBytes) {
  EXPECT_EQ(cut("größer", 6), "größer");
  EXPECT_EQ(cut("größer", 5), "größ…");
  EXPECT_EQ(cut("größer", 1), "…");
  EXPECT_EQ(cut("größer", 0), "");
}

TEST(TopText, AFlowBreaksBetweenTexts) {
  const std::vector<Text> texts{{"one two"}, {"three"}, {"four"}};
  EXPECT_THAT(flow(texts, 80, Colour::off), ElementsAre("one two  three  four"));
  EXPECT_THAT(flow(texts, 14, Colour::off), ElementsAre("one two  three", "four"));
  EXPECT_THAT(flow(texts, 6, Colour::off), ElementsAre("one t…", "three", "four"));
}

}  // namespace
}  // namespace towline::app::top
