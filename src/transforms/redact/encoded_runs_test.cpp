#include "transforms/redact/encoded_runs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "transforms/redact/encodings_test_support.hpp"

namespace towline::redact {
namespace {

// What stands for what: "characters>text".
std::vector<std::string> stretches(const std::string& text, Marks::Kind kind = Marks::base64) {
  Marks marks(true);
  marks.search(text);
  std::string decoded;
  EncodedRuns runs(text, marks, kind, decoded);
  std::vector<std::string> found;
  while (runs.next()) {
    while (runs.next_stretch())
      found.push_back(text.substr(runs.begin(), runs.end() - runs.begin()) + ">" + std::string(runs.stretch()));
  }
  return found;
}

using List = std::vector<std::string>;

TEST(EncodedRuns, Base64) {
  EXPECT_EQ(stretches("x: bWFpbCB0byBhbm4gbm93"), List{"bWFpbCB0byBhbm4gbm93>mail to ann now"});
  EXPECT_EQ(stretches("bWFpbCB0byBhbm4gbm93IQ=="), List{"bWFpbCB0byBhbm4gbm93IQ==>mail to ann now!"});
  EXPECT_EQ(stretches("bWFpbCB0byBhbm4gbm93ISE=,"), List{"bWFpbCB0byBhbm4gbm93ISE=>mail to ann now!!"});
  EXPECT_EQ(stretches("bWFpbCB0byBhbm4=").size(), 1U) << "16 characters";
  EXPECT_EQ(stretches("bWFpbCB0byBhbm4").size(), 0U) << "15";
}

TEST(EncodedRuns, EachWayToGroupTheCharactersIsTried) {
  for (const char* prefix : {"", "/", "_x", "v1/", "abcd", "-----"}) {
    const std::string text = std::string(prefix) + "bWFpbCB0byBhbm4gbm93";
    const List found = stretches(text);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_NE(found.front().find("mail to ann now"), std::string::npos) << found.front();
  }
}

TEST(EncodedRuns, BinaryDataAroundTextIsNoText) {
  // \x00\x01\x02 mail to ann now \x00\x01\x02 mail to bob now \xFF\xFF\xFF
  EXPECT_EQ(stretches("AAECbWFpbCB0byBhbm4gbm93AAECbWFpbCB0byBib2Igbm93////"),
            (List{"bWFpbCB0byBhbm4gbm93>mail to ann now", "bWFpbCB0byBib2Igbm93>mail to bob now"}));
}

TEST(EncodedRuns, Utf8IsText) {
  EXPECT_EQ(stretches("Y2Fmw6kgZm9yIGFubiBub3c="), List{"Y2Fmw6kgZm9yIGFubiBub3c=>caf\xC3\xA9 for ann now"});
}

TEST(EncodedRuns, SeveralRuns) {
  EXPECT_EQ(stretches("bWFpbCB0byBhbm4gbm93 bWFpbCB0byBhbm4gbm93,bWFpbCB0byBhbm4gbm93").size(), 3U);
}

TEST(EncodedRuns, LinesOfOneRun) {
  const std::string text = "mail to ann.example@example.com now, and tell her of it";
  const std::string all = as_base64(text);
  for (const char* line_break : {"\n", "\r\n", "\n ", "\r\n\t  "}) {
    for (const std::size_t width : {16U, 21U, 40U}) {
      std::string lines = "key:\n  ";
      for (std::size_t at = 0; at < all.size(); at += width)
        lines += (at == 0 ? "" : line_break) + all.substr(at, width);
      const List found = stretches(lines + "\nBye");
      ASSERT_FALSE(found.empty()) << lines;
      EXPECT_EQ(found.front().substr(found.front().find('>') + 1).substr(0, text.size()), text) << lines;
      EXPECT_TRUE(found.front().starts_with(all.substr(0, width) + line_break)) << "the characters of all lines";
    }
  }
}

TEST(EncodedRuns, ValuesOnLinesOfTheirOwn) {
  const std::string ann = "bWFpbCB0byBhbm4gbm93";
  const std::string bob = "bWFpbCB0byBib2Igbm93";
  const std::string both = ann + "\n" + bob + ">mail to ann nowmail to bob now";
  EXPECT_EQ(stretches(ann + "\n" + bob), (List{both, both, ann + ">mail to ann now", bob + ">mail to bob now"}));
  const List found = stretches(ann + "\nbasket");
  EXPECT_EQ(found.front(), ann + "\nbasket>mail to ann nowm");
  EXPECT_EQ(found.back(), ann + ">mail to ann now") << "a word behind it is none of its lines";
}

TEST(EncodedRuns, WhatIsNoLineOfTheRun) {
  for (const char* between : {"\n\n", " \n", "==\n", "\r", "\n."})
    EXPECT_EQ(stretches("bWFpbCB0byBhbm4gbm93" + std::string(between) + "bWFpbCB0byBib2Igbm93").size(), 2U) << between;
  EXPECT_EQ(stretches("bWFpbCB0byBhbm4gbm93\n" + std::string(EncodedRuns::blanks_max + 1, ' ') + "bWFpbCB0byBib2Igbm93")
                .size(),
            2U);
  EXPECT_EQ(stretches("a short line\nbWFpbCB0byBhbm4gbm93"), List{"bWFpbCB0byBhbm4gbm93>mail to ann now"});
}

TEST(EncodedRuns, Hex) {
  EXPECT_EQ(stretches("0x6d61696c20746f20616e6e", Marks::hex).size(), 0U) << "too short";
  EXPECT_EQ(stretches("0x6d61696c20746f20616e6e206E6F77", Marks::hex),
            List{"6d61696c20746f20616e6e206E6F77>mail to ann now"});
  EXPECT_EQ(stretches("f6d61696c20746f20616e6e206e6f77", Marks::hex).size(), 1U) << "an odd number of digits";
}

}  // namespace
}  // namespace towline::redact
