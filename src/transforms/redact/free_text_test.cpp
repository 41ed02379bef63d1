#include "transforms/redact/free_text.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {
namespace {

class FreeTextTest : public testing::Test {
 protected:
  FreeTextTest()
      : scanner_(all_detectors),
        names_(std::vector<std::string>{"password", "*_token", "api_key", "authorization", "cookie", "set_cookie"}) {}

  std::string redact(const std::string& text) { return std::string(text_.redact(text, scanner_, names_).text); }

  Scanner scanner_;
  FieldNames names_;
  FreeText text_;
};

constexpr const char* unexaminable = "[REDACTED:unexaminable]";

TEST_F(FreeTextTest, DetectorsWorkOnIt) {
  EXPECT_EQ(redact("mail to ann@example.com failed"), "mail to a***@example.com failed");
  EXPECT_EQ(redact("nothing to see: at 17:05, x=1"), "nothing to see: at 17:05, x=1");
}

TEST_F(FreeTextTest, AssignmentsOfSensitiveNames) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"password=hunter2", "password=[REDACTED:field]"},
      {"a=1 password=hunter2 b=2", "a=1 password=[REDACTED:field] b=2"},
      {"PASSWORD = hunter2;x", "PASSWORD = [REDACTED:field];x"},
      {"password: two words\nnext", "password: [REDACTED:field]\nnext"},
      {"password: 'it''s', b: 1", "password: '[REDACTED:field]''s', b: 1"},
      {"{\"password\":\"hunter2\",\"a\":1", "{\"password\":\"[REDACTED:field]\",\"a\":1"},
      {"{\"password\" : \"hun\\\"ter2\",\"a\":1", "{\"password\" : \"[REDACTED:field]\",\"a\":1"},
      {"{\"x\":\"{\\\"password\\\":\\\"hunter2\\\",\\\"a\\\":1}\"",
       "{\"x\":\"{\\\"password\\\":\\\"[REDACTED:field]\\\",\\\"a\\\":1}\""},
      {"{\"password\":{\"a\":\"b\"}, \"c\":1", "{\"password\":[REDACTED:field]"},
      {"{\"password\":12345,\"c\":1", "{\"password\":[REDACTED:field],\"c\":1"},
      {"password=\"never closed", "password=\"[REDACTED:field]"},
      {"'password' => 'x y', 'b' => 1", "'password' => '[REDACTED:field]', 'b' => 1"},
      {"GET /?access_token=abc&x=1", "GET /?access_token=[REDACTED:field]&x=1"},
      {"Authorization: Custom a, b=c\r\nHost: x", "Authorization: [REDACTED:field]\r\nHost: x"},
      {"Cookie: a=b; c=d", "Cookie: [REDACTED:field]"},
      {"curl -H 'Authorization: token abc' url", "curl -H 'Authorization: [REDACTED:field]' url"},
      {"password=null; password=; password:", "password=null; password=; password:"},
      {"user.password=x", "user.password=[REDACTED:field]"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(redact(text), expected);
    EXPECT_EQ(redact(expected), expected) << "redacting twice is redacting once";
  }
}

TEST_F(FreeTextTest, WhatOnlyShowsWithoutEscapesHidesEverything) {
  for (const char* text :
       {"ann\\u0040example.com", "ann\\\\u0040example.com", "ann\\x40example.com", "4111\\u002d1111-1111-1111",
        "p\\u0061ssword=hunter2", "\\u0070assword: x", "eyJhbGciOiJub25lIn0\\u002eeyJzdWIiOiJ4In0."}) {
    EXPECT_EQ(redact(text), unexaminable) << text;
  }
  EXPECT_EQ(redact("a\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\n"), unexaminable)
      << "too many levels";
}

TEST_F(FreeTextTest, HarmlessEscapesStay) {
  for (const char* text : {"C:\\Users\\new", "a\\nb", "say \\\"hi\\\"", "50\\% \\u00e9", "u***\\u0040example.com"})
    EXPECT_EQ(redact(text), text);
}

TEST_F(FreeTextTest, SaysWhatItDid) {
  FreeText::Result result = text_.redact("password=a api_key=b ann@example.com", scanner_, names_);
  EXPECT_TRUE(result.changed);
  EXPECT_EQ(result.assignments, 2U);
  EXPECT_EQ(scanner_.matches().size(), 1U);
  EXPECT_FALSE(result.unexaminable);
  result = text_.redact("ann\\u0040example.com", scanner_, names_);
  EXPECT_TRUE(result.unexaminable);
  EXPECT_FALSE(text_.redact("plain", scanner_, names_).changed);
}

TEST_F(FreeTextTest, HostileTextsTakeLinearTime) {
  const std::clock_t begin = std::clock();
  for (const char* piece :
       {"=", ":", "password=", "password:", "password='", "a=\\", "\\", "\\u0041", "password=\\\"", "\\x41"}) {
    std::string text;
    while (text.size() < 300'000) text += piece;
    redact(text);
  }
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 20);
}

TEST(Redaction, IsRecognised) {
  EXPECT_TRUE(is_redaction("[REDACTED:field]"));
  EXPECT_TRUE(is_redaction("[REDACTED:us_ssn]"));
  EXPECT_FALSE(is_redaction("[REDACTED:my real secret]"));
  EXPECT_FALSE(is_redaction("[REDACTED:]"));
  EXPECT_FALSE(is_redaction("[REDACTED:a] b [c]"));
}

}  // namespace
}  // namespace towline::redact
