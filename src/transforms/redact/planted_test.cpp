// A planted secret never survives, whatever stands around it and however it is encoded; what comes out is one valid
// record that redaction leaves alone; and no text takes more than linear time.
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "transforms/redact/encodings_test_support.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

std::string words(Random& random) {
  static constexpr const char* choices[] = {"",   "order", "x",        "caf\xC3\xA9", "\"",  "\\",  "{",
                                            "\n", "17:05", "a-b",      "#",           "%",   "%41", "&amp;",
                                            "[",  "+",     "\x1B[35m", "=",           "\\n", "://"};
  std::string text;
  for (std::uint64_t left = random.below(5); left > 0; --left) text += std::string(choices[random.below(20)]) + " ";
  return text;
}

// The secret among words, encoded, in a place of a record.
struct Planted {
  std::string record;
  std::string hidden;  // what must not be found in what comes out
};

Planted plant(Random& random, std::string_view secret, Encode encode) {
  const std::string text = encode(words(random) + " " + std::string(secret) + "  " + words(random));
  const std::string string = json_string(words(random) + " " + text + " " + words(random), random.below(3) == 0);
  const std::string alone = json_string(text, random.below(3) == 0);
  const std::string other = json_string("k" + words(random), false);
  const std::string forms[] = {
      "{" + other + ":" + alone + "}",
      "{" + other + ":" + string + "}",
      "{" + alone + ":1," + other + ":" + string + "," + other + ":" + alone + "}",
      "{" + other + ":[1,[" + alone + ",{" + other + ":" + string + "}]]}",
  };
  return {forms[random.below(std::size(forms))], encode(secret)};
}

TEST(Planted, NeverSurvives) {
  for (const char* yaml : {"{}", "{action: redact}", "{action: hash, hash: {key: 0123456789abcdef}}",
                           "{action: remove}", "{action: mask, marker: true, keep_type: true}"}) {
    const auto step = transforms::make_step(step_type, yaml);
    SeededRandom random(3);
    for (int round = 0; round < 40; ++round) {
      for (const std::string_view secret : planted_secrets) {
        for (const Encode encode : encodings) {
          const Planted planted = plant(random, secret, encode);
          const std::string out = transforms::apply_step(*step, planted.record);
          ASSERT_EQ(out.find(planted.hidden), std::string::npos) << yaml << "\n" << planted.record << "\n" << out;
          ASSERT_EQ(out.find(secret), std::string::npos) << yaml << "\n" << planted.record << "\n" << out;
          ASSERT_EQ(out.find("\"error\":\"test\""), std::string::npos)
              << "the planted record is valid: " << planted.record;
          const std::string again = transforms::apply_step(*step, out);
          ASSERT_EQ(again, out) << yaml << "\n" << planted.record;
        }
      }
    }
  }
}

TEST(Planted, NeverSurvivesInLinesThatAreNoRecords) {
  const auto step = transforms::make_step(step_type, "{}");
  SeededRandom random(4);
  for (int round = 0; round < 30; ++round) {
    for (const std::string_view secret : planted_secrets) {
      for (const Encode encode : encodings) {
        const std::string line = "x " + words(random) + encode("  " + std::string(secret) + "  ") + " " + words(random);
        const std::string out = transforms::apply_step(*step, line);
        ASSERT_EQ(out.find(secret), std::string::npos) << line << "\n" << out;
        ASSERT_EQ(out.find(encode(secret)), std::string::npos) << line << "\n" << out;
        ASSERT_EQ(transforms::apply_step(*step, out), out) << line;
      }
    }
  }
}

// The time for a text of so many bytes that is made of a piece again and again.
double seconds(component::Step& step, const std::string& piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  std::string json = "{\"m\":";
  append_json_string(json, text);
  json += "}";
  const std::clock_t begin = std::clock();
  transforms::apply_step(step, json);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(Hostile, TextsTakeLinearTime) {
  const auto step = transforms::make_step(step_type, "{patterns: {a: 'a(.*b)?', n: '\\d+-'}, allow: {values: ['*z']}}");
  std::string nested = "1";
  for (int i = 0; i < 5; ++i) nested = in_json(nested);
  const std::vector<std::string> pieces = {
      "%25",
      "%2525",
      "%",
      "%4",
      "&#",
      "&amp;",
      "&#37;40",
      "\\",
      "\\\\u0041",
      "\\x41",
      "\\1",
      "\x1B[",
      "\x1B]",
      "\x1B]0;%41\x07",
      "1+",
      "111+",
      "bWFpbCB0byBhbm4gbm93",
      "bWFpbCB0byBhbm4gbm93.",
      as_base64("bWFpbCB0byBhbm4gbm93 "),
      as_base64("{\"a\":1}"),
      "6d61696c20746f20616e6e20",
      "[",
      "{",
      "{\"a\":",
      "[[",
      "\"{",
      nested,
      in_json("[1,2]") + " ",
      "a@b.co ",
      "a@b.co,%40",
      "[REDACTED:",
      "[REDACTED:field]",
      "4111111111111111",
      "password=",
      "{password=",
      "token: a\\n",
      "a%40",
      "x@",
      "%40b.co",
  };
  for (const std::string& piece : pieces) {
    const double small = seconds(*step, piece, 100'000);
    const double large = seconds(*step, piece, 400'000);
    EXPECT_LT(large, 10 * small + 0.5) << piece;
    EXPECT_LT(large, 5) << piece;
  }
}

TEST(Hostile, NestedListsAndObjects) {
  const auto step = transforms::make_step(step_type, "{}");
  std::string json = "[4111111111111111]";
  for (int i = 0; i < 12; ++i) {
    std::string outer = "[";
    append_json_string(outer, json);
    json = outer + "]";
    std::string record = "{\"m\":";
    append_json_string(record, json);
    const std::string out = transforms::apply_step(*step, record + "}");
    EXPECT_EQ(out.find("4111111111111111"), std::string::npos) << i;
    EXPECT_EQ(transforms::apply_step(*step, out), out);
  }
}

// Decoding this again and again would be more than 100 MB.
TEST(Hostile, WorkIsBoundedAndWhatIsLeftIsUnexaminable) {
  const auto step = transforms::make_step(step_type, "{}");
  std::string text = "ann@example.com, see there";
  while (text.size() < 200'000) text += text;
  for (int i = 0; i < 3; ++i) text = as_percent(as_base64(text)).substr(0, 3'000'000);
  const std::clock_t begin = std::clock();
  const std::string out = transforms::apply_step(*step, "{\"m\":\"" + text + "\"}");
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 5);
  EXPECT_EQ(out.find("ann@"), std::string::npos);
}

}  // namespace
}  // namespace towline::redact
