#include "transforms/truncate/truncate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::truncate {
namespace {

using testing::HasSubstr;

std::string truncate(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

TEST(Truncate, CutsWhatIsTooLongAndMarksIt) {
  const std::string yaml = "{bytes: 8B, suffix: '...'}";
  EXPECT_EQ(truncate(yaml, R"({"a": "12345678" ,"b":"123456789"})"), R"({"a": "12345678" ,"b":"12345..."})");
  EXPECT_EQ(truncate(yaml, R"({"a":{"b":["123456789",123456789012,{"long key with text":"123456789"}]}})"),
            R"({"a":{"b":["12345...",123456789012,{"long key with text":"12345..."}]}})");
}

TEST(Truncate, ByDefaultAtSixteenKibibytes) {
  const std::string most(16'384, 'x');
  EXPECT_EQ(truncate("{}", "{\"a\":\"" + most + "\"}"), "{\"a\":\"" + most + "\"}");
  EXPECT_EQ(truncate("{}", "{\"a\":\"" + most + "x\"}"), "{\"a\":\"" + most.substr(3) + "…\"}");
}

TEST(Truncate, OnlyTheFieldsThatAreNamed) {
  const std::string json = R"({"a":"12345","b":{"c":"12345","d":["12345"]},"e":"12345","f":12345})";
  EXPECT_EQ(truncate("{fields: [a, b.c, f, x], bytes: 4B, suffix: ''}", json),
            R"({"a":"1234","b":{"c":"1234","d":["12345"]},"e":"12345","f":12345})");
  EXPECT_EQ(truncate("{fields: [b], bytes: 4B, suffix: ''}", json),
            R"({"a":"12345","b":{"c":"1234","d":["1234"]},"e":"12345","f":12345})");
  EXPECT_EQ(truncate("{fields: ['*'], bytes: 4B, suffix: ''}", json),
            R"({"a":"1234","b":{"c":"1234","d":["1234"]},"e":"1234","f":12345})");
  EXPECT_EQ(truncate("{fields: [b.d], bytes: 4B, suffix: ''}", json),
            R"({"a":"12345","b":{"c":"12345","d":["1234"]},"e":"12345","f":12345})");
}

TEST(Truncate, NeverWithinACharacter) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80.";  // 1, 2, 3, 4 and 1 bytes
  const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  for (std::size_t bytes = 0; bytes < std::size(ends); ++bytes) {
    EXPECT_EQ(cut(text, bytes, false), text.substr(0, ends[bytes])) << bytes;
    EXPECT_EQ(cut(text, bytes, true), text.substr(0, ends[bytes])) << bytes;
  }
}

TEST(Truncate, NeverWithinAnEscape) {
  const std::string text = R"(a\n\\\u00e9\ud83d\ude00\"b)";  // 1, 2, 2, 6, 12, 2 and 1 bytes
  for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
    std::size_t expected = 0;
    for (const std::size_t end : {1U, 3U, 5U, 11U, 23U, 25U, 26U}) expected = end <= bytes ? end : expected;
    EXPECT_EQ(cut(text, bytes, true), text.substr(0, expected)) << bytes;
  }
}

TEST(Truncate, WhatIsLeftIsARecord) {
  std::string json = R"({"a":"\\\\\"\ud83d\ude00)"
                     "\xE2\x82\xAC"
                     R"(\u00e9\n\\"})";
  for (int bytes = 4; bytes < 40; ++bytes) {
    std::string out = truncate("{bytes: " + std::to_string(bytes) + "B}", json);
    const std::size_t size = out.size();
    EXPECT_LE(size, 8U + static_cast<std::size_t>(bytes));
    out.append(record::padding, '\0');
    record::Record record;
    EXPECT_EQ(record.parse(std::string_view(out).substr(0, size), {}), record::ParseError::none) << out;
  }
}

TEST(Truncate, TruncatingTwiceIsTruncatingOnce) {
  const std::string yaml = "{bytes: 10B, suffix: \"\\\"\\n…\"}";
  const std::string once = truncate(yaml, R"({"a":"12345678901234567890"})");
  EXPECT_EQ(once, R"({"a":"123\"\n…"})");
  EXPECT_EQ(truncate(yaml, once), once);
}

TEST(Truncate, ManyBackslashesTakeLittleTime) {
  std::string inside;
  for (int i = 0; i < 500'000; ++i) inside += "\\\\";
  EXPECT_EQ(truncate("{bytes: 900kB, suffix: ''}", "{\"a\":\"" + inside + "\"}"),
            "{\"a\":\"" + inside.substr(0, 900'000) + "\"}");
}

TEST(Truncate, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{fields: [a, 'b.*'], bytes: 1KiB}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{bytes: 3B}"), HasSubstr("no room")) << "… has three bytes";
  EXPECT_THAT(transforms::problems_of(step_type, "{bytes: 2, suffix: \"\\n\"}"), HasSubstr("no room"));
  EXPECT_THAT(transforms::problems_of(step_type, "{bytes: 0, suffix: ''}"), HasSubstr("must be 1B to"));
  EXPECT_THAT(transforms::problems_of(step_type, "{fields: message}"), HasSubstr("expected a list"));
}

TEST(Truncate, StandsBehindRedact) {
  static const component::StepType redact{"redact", "", nullptr, nullptr};
  const std::vector<component::PlacedStep> steps = {{"a", 0, &redact, nullptr, {1, 1}},
                                                    {"a", 1, &step_type, nullptr, {2, 1}},
                                                    {"b", 0, &step_type, nullptr, {3, 1}},
                                                    {"b", 1, &redact, nullptr, {4, 1}}};
  config::Problems problems("test");
  step_type.hooks.check(steps, problems);
  ASSERT_EQ(problems.count(), 1U) << problems.text();
  EXPECT_THAT(problems.text(), HasSubstr("test:3:1: error: transforms.b.steps[0].truncate: half of a secret"));
}

}  // namespace
}  // namespace towline::truncate
