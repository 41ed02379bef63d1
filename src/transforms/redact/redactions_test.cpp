#include "transforms/redact/redactions.hpp"

#include <gtest/gtest.h>

#include <string>

namespace towline::redact {
namespace {

const std::string card = "[REDACTED:card]";
const std::string token = "[REDACTED:email:jagd:jphaolepbnjpabje]";
const std::string tokens = "[REDACTED:email:jagd:jphaolepbnjpabje:abcd:abcdefghijklmnop]";

TEST(Redactions, OfDetectorsFieldsAndPatterns) {
  Redactions redactions;
  for (const std::string& text : {card, token, tokens, std::string("[REDACTED:field]"), std::string(unexaminable)}) {
    EXPECT_TRUE(redactions.is_one(text)) << text;
    EXPECT_EQ(redactions.length(text + text), text.size()) << text;
  }
  EXPECT_FALSE(redactions.is_one("[REDACTED:pin-2]"));
  redactions.add("pin-2");
  EXPECT_TRUE(redactions.is_one("[REDACTED:pin-2]"));
  const std::string longest(Redactions::name_max, 'p');
  redactions.add(longest);
  EXPECT_TRUE(redactions.is_one("[REDACTED:" + longest + "]"));
  EXPECT_FALSE(redactions.is_one("[REDACTED:" + longest + "p]"));
}

TEST(Redactions, NothingElseIsOne) {
  const Redactions redactions;
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("[REDACTED:"), std::string("[REDACTED:]"),
        std::string("[REDACTED:card"), std::string("[REDACTED:hunter2]"), std::string("[REDACTED:card:hunter2]"),
        std::string("[REDACTED:car]"), std::string("[REDACTED:cards]"), std::string("[redacted:card]"),
        std::string("[REDACTED:email:jagd]"), "x" + card, token.substr(0, token.size() - 1)}) {
    EXPECT_EQ(redactions.length(text), 0U) << text;
    EXPECT_FALSE(redactions.is_one(text)) << text;
  }
  EXPECT_FALSE(redactions.is_one(card + "x"));
}

TEST(Redactions, HoldWhatIsInsideOfThem) {
  const Redactions redactions;
  for (const std::string& one : {card, token, tokens}) {
    const std::string text = "ab " + one + one + " [REDACTED:";
    const std::size_t first = 3;
    const std::size_t second = first + one.size();
    const std::size_t after = second + one.size();
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
      for (std::size_t end = begin + 1; end <= text.size(); ++end) {
        const bool inside = (begin >= first && end <= second) || (begin >= second && end <= after);
        ASSERT_EQ(redactions.inside_one(text, begin, end), inside) << text << " " << begin << " " << end;
      }
    }
  }
}

}  // namespace
}  // namespace towline::redact
