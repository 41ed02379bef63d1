#include "transforms/redact/cut_end.hpp"

#include <gtest/gtest.h>

#include <string>

#include "record/json_text.hpp"
#include "transforms/redact/encodings_test_support.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

using record::Record;

std::string shown(const std::string& text) {
  Budget budget;
  budget.start(text.size());
  return text.substr(0, end_before_cut(text, budget));
}

std::string words(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "word ";
  return text;
}

std::string as_unicode_twice(std::string_view text) {
  const Written unicode{"\\u", lower_hex, 4, ""};
  return each_byte(each_byte(text, unicode), unicode);
}

TEST(CutEnd, WhatEndsWithoutEscapesIsShown) {
  for (const std::string& text : {std::string(), std::string("x"), words(5000), as_percent_twice("abc") + words(200)})
    EXPECT_EQ(shown(text), text);
}

TEST(CutEnd, AsManyCharactersAsBytesElsewhere) {
  for (const Encode encode : {as_percent, as_percent_twice, as_references, as_octal, as_unicode_twice}) {
    const std::string text = words(3000);
    const std::string kept = shown("x " + encode(text));
    EXPECT_EQ(kept, "x " + encode(text.substr(0, Record::safe_end("x " + text) - 2)));
    EXPECT_EQ(shown(encode(words(Record::cut_max - 5))), "");
  }
}

TEST(CutEnd, Base64AndHexGoAsAWhole) {
  for (const Encode encode : {as_base64, as_base64url, as_hex}) {
    const std::string run = encode(words(600)).substr(0, 700);
    EXPECT_EQ(shown("a b=" + run), "a b=");
    EXPECT_EQ(shown("a b=" + run + " c"), "a b=" + run + " c") << "its end is there";
    EXPECT_EQ(shown("a b" + as_percent("=" + encode(words(9000)))), "a b%3D");
  }
  for (const std::string& text : {std::string("a/path/that/is/long/and/harmless"), std::string(60, '0')})
    EXPECT_EQ(shown(text), text);
}

TEST(CutEnd, WhatIsNotAscii) {
  std::string text = words(2000);
  while (text.size() < 6000) text += "\xC3\xA9";
  const std::string kept = shown(text + "%20");
  EXPECT_EQ(kept.size() % 2, text.find('\xC3') % 2) << "no half of a character";
  EXPECT_LT(kept.size(), text.size() - 500);
}

TEST(CutEnd, NothingIsShownIfThereIsNoBudgetLeft) {
  Budget budget;
  budget.start(0);
  while (budget.spend(1024)) {
  }
  EXPECT_EQ(end_before_cut(as_percent(words(9000)), budget), 0U);
}

// A line of which `lost` bytes at the end never came.
std::string redact_cut(const std::string& line, std::size_t lost) {
  static const auto step = transforms::make_step(step_type, "{}");
  Record record;
  record.wrap(line, "too_long", {}, lost);
  step->apply(record);
  std::string out;
  record.write(out);
  return out;
}

std::string message_of(const std::string& json) {
  const std::string_view begin = "\"message\":\"";
  const std::size_t at = json.find(begin) + begin.size();
  std::string text;
  EXPECT_TRUE(record::append_decoded(text, std::string_view(json).substr(at, json.find("\",\"towline\"") - at)));
  return text;
}

TEST(CutEnd, HalfOfASecretIsNotShown) {
  const std::string secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
  for (const Encode encode : {as_percent_twice, as_unicode_twice}) {
    const std::string before = words(3000) + encode("the token is ");
    const std::string hidden = encode(secret);
    for (std::size_t behind = 0; behind < hidden.size() + 2 * Record::cut_max; behind += 7) {
      const std::string line = (before + hidden + encode(words(2000))).substr(0, before.size() + behind);
      const std::string text = message_of(redact_cut(line, 1));
      for (std::size_t part = 5; part < secret.size(); part += 5)
        ASSERT_EQ(text.find(encode(secret.substr(0, part))), std::string::npos) << behind;
    }
  }
}

TEST(CutEnd, WhatIsLeftOutIsCounted) {
  const std::string line = words(3000) + as_percent_twice(words(1000));
  const std::string out = redact_cut(line, 10);
  const std::size_t kept = message_of(out).size();
  EXPECT_TRUE(out.ends_with("\"truncated_bytes\":" + std::to_string(line.size() - kept + 10) + "}}")) << out;
  EXPECT_GT(kept, 0U);
  const std::string whole = redact_cut(line, 0);
  EXPECT_EQ(message_of(whole), line) << "nothing is missing";
}

// Wherever an earlier step has put it, and as often.
TEST(CutEnd, IsLeftOutOfEveryString) {
  const std::string line = words(3000) + as_percent_twice(words(1000));
  const auto step = transforms::make_step(step_type, "{}");
  Record record;
  record.wrap(line, "too_long", {}, 10);
  const record::NodeId message = record.find(Record::root, "message");
  const std::string text(record.value(message));
  record.insert(Record::root, "copy", text);
  const record::NodeId nested = record.insert(Record::root, "nested", "null");
  record.make_object(nested);
  record.move(message, nested, "text");
  ASSERT_TRUE(record.cut());
  Record other = record;
  step->apply(record);
  EXPECT_FALSE(record.cut());
  EXPECT_TRUE(other.cut());
  std::string out;
  record.write(out);
  const std::string kept = message_of(redact_cut(line, 10));
  EXPECT_NE(out.find("\"copy\":\"" + kept + "\""), std::string::npos);
  EXPECT_NE(out.find("\"nested\":{\"text\":\"" + kept + "\"}"), std::string::npos);
  EXPECT_NE(out.find("\"truncated_bytes\":" + std::to_string(line.size() - kept.size() + 10)), std::string::npos);

  std::string once;
  step->apply(record);
  record.write(once);
  EXPECT_EQ(once, out) << "a second step leaves out nothing more";
}

}  // namespace
}  // namespace towline::redact
