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
      {"password: 'it''s', b: 1", "password: '[REDACTED:field]', b: 1"},
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

// Each text becomes what is expected, and that stays.
#define EXPECT_REDACTED(text, expected) \
  EXPECT_EQ(redact(text), expected);    \
  EXPECT_EQ(redact(expected), expected) << "redacting twice is redacting once"

TEST_F(FreeTextTest, OnlyWhatThisStepWritesIsRedactedAlready) {
  EXPECT_REDACTED("password=real1 then password=[REDACTED:x",
                  "password=[REDACTED:field] then password=[REDACTED:field]");
  EXPECT_REDACTED("password=[REDACTED:hunter2] x", "password=[REDACTED:field]");
  EXPECT_REDACTED("password=[REDACTED:field]hunter2 x", "password=[REDACTED:field] x");
  EXPECT_REDACTED("password=[REDACTED:card], x", "password=[REDACTED:card], x");
  EXPECT_REDACTED("password: [REDACTED:field] hunter2", "password: [REDACTED:field]");
  EXPECT_REDACTED("password='[REDACTED:field]hunter2'", "password='[REDACTED:field]'");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "password=[REDACTED:";
  EXPECT_REDACTED(many, "password=[REDACTED:field]");
}

TEST_F(FreeTextTest, CredentialsAfterTheirScheme) {
  EXPECT_REDACTED("authorization=Bearer abcdef0123456789abcdef status=200", "authorization=[REDACTED:field]");
  EXPECT_REDACTED("authorization=Basic dXNlcjpwYXNzd29yZA==", "authorization=[REDACTED:field]");
  EXPECT_REDACTED("a_token=Basic dXNlcjpwYXNzd29yZA== ok", "a_token=[REDACTED:field] ok");
  EXPECT_REDACTED("a_token=bearer x; ok", "a_token=[REDACTED:field]; ok");
  EXPECT_REDACTED("a_token=basics x", "a_token=[REDACTED:field] x");
  EXPECT_REDACTED("cookie=a=b; session=s3cr3t\nnext", "cookie=[REDACTED:field]\nnext");
}

TEST_F(FreeTextTest, QuotesInsideOfValues) {
  EXPECT_REDACTED("{'user': 'bob', 'password': b'hunter2'}", "{'user': 'bob', 'password': [REDACTED:field]");
  EXPECT_REDACTED("{'password': b'hunter2', 'user': 'bob'}", "{'password': [REDACTED:field], 'user': 'bob'}");
  EXPECT_REDACTED("Config { user: \"bob\", password: Some(\"hunter2\") }",
                  "Config { user: \"bob\", password: [REDACTED:field]");
  EXPECT_REDACTED("password=Some(\"hunter2\") x", "password=[REDACTED:field]) x");
  EXPECT_REDACTED("Authorization: Digest username=\"Mufasa\", realm=\"r\", response=\"6629fae4\"",
                  "Authorization: [REDACTED:field]");
  EXPECT_REDACTED("-H \"Authorization: Digest username=\"Mufasa\", response=\"6629fae4\"\" url",
                  "-H \"Authorization: [REDACTED:field]");
  EXPECT_REDACTED("-H \"Cookie: a=\\\"b\\\"; c=d\" url", "-H \"Cookie: [REDACTED:field]\" url");
  EXPECT_REDACTED("Cookie: theme=\"dark\"; session=s3cr3tsession", "Cookie: [REDACTED:field]");
  EXPECT_REDACTED("Cookie: \"a\"; session=s3cr3tsession", "Cookie: [REDACTED:field]");
  EXPECT_REDACTED("password: it's-secret", "password: [REDACTED:field]");
  EXPECT_REDACTED("'password: it's-secret' x", "'password: [REDACTED:field]' x");
  EXPECT_REDACTED("password=it's-secret", "password=[REDACTED:field]");
  EXPECT_REDACTED("password='it''s-secret'", "password='[REDACTED:field]'");
  EXPECT_REDACTED("password='it's-secret' x", "password=[REDACTED:field]' x");
  EXPECT_REDACTED("password=\\\"a\\\"\\\"b\\\" x", "password=\\\"[REDACTED:field]\\\" x");
  EXPECT_REDACTED("password='' user='bob'", "password='' user='bob'");
  EXPECT_REDACTED("password: abc,def-secret", "password: [REDACTED:field]");
  EXPECT_REDACTED("\"GET /?a_token=abc\" \"Mozilla\"", "\"GET /?a_token=[REDACTED:field]\" \"Mozilla\"");
}

TEST_F(FreeTextTest, WideGapsAndBrackets) {
  EXPECT_REDACTED("Password                        : hunter2", "Password                        : [REDACTED:field]");
  EXPECT_REDACTED("password=                    hunter2", "password=                    [REDACTED:field]");
  EXPECT_REDACTED("    [password] => hunter 2\n    [a] => b", "    [password] => [REDACTED:field]\n    [a] => b");
  EXPECT_REDACTED("user[password]=hunter2&a=b", "user[password]=[REDACTED:field]&a=b");
}

TEST_F(FreeTextTest, NamesThatAreNoPlainWords) {
  for (const char* name : {"card number", "contrase\xC3\xB1\x61"}) names_.add(name);
  EXPECT_REDACTED("x {\"api key\": \"abc\", \"a\": 1", "x {\"api key\": \"[REDACTED:field]\", \"a\": 1");
  EXPECT_REDACTED("x {\\\"Card Number\\\": 12, \\\"a\\\": 1", "x {\\\"Card Number\\\": [REDACTED:field], \\\"a\\\": 1");
  EXPECT_REDACTED("contrase\xC3\xB1\x61=hunter2 x", "contrase\xC3\xB1\x61=[REDACTED:field] x");
  EXPECT_REDACTED("\xE2\x86\x92password=hunter2 x", "\xE2\x86\x92password=[REDACTED:field] x");
  EXPECT_REDACTED("\xE2\x80\x9Cpassword\xE2\x80\x9D: hunter2", "\xE2\x80\x9Cpassword\xE2\x80\x9D: [REDACTED:field]");
}

TEST_F(FreeTextTest, ColoursAndNulsHideNothing) {
  EXPECT_EQ(redact("login \x1B[36mpassword\x1B[0m=\x1B[35mhunter2\x1B[0m"), unexaminable);
  EXPECT_EQ(redact("login \\u001b[36mpassword\\u001b[0m=\\u001b[35mhunter2"), unexaminable);
  EXPECT_EQ(redact(std::string("p\0a\0s\0s\0w\0o\0r\0d\0=\0x\0", 20)), unexaminable);
  EXPECT_REDACTED("\x1B[32mINFO\x1B[0m password=hunter2 x", "\x1B[32mINFO\x1B[0m password=[REDACTED:field] x");
  EXPECT_REDACTED("\x1B[1;32mINFO\x1B[0m fine \x1B[", "\x1B[1;32mINFO\x1B[0m fine \x1B[");
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
  for (const char* piece : {"=",
                            ":",
                            "password=",
                            "password:",
                            "password='",
                            "a=\\",
                            "\\",
                            "\\u0041",
                            "password=\\\"",
                            "\\x41",
                            "password=[REDACTED:",
                            "\"cookie:a=",
                            "password=a'b'",
                            "password: '",
                            "\"cookie:a=\"b",
                            "\x1B[",
                            " ",
                            "' =",
                            "password=''",
                            "password=bearer ",
                            "password=[REDACTED:field]'"}) {
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
  EXPECT_FALSE(is_redaction("[REDACTED:hunter2]"));
  EXPECT_FALSE(is_redaction("[REDACTED:field"));
  EXPECT_FALSE(is_redaction(""));
  EXPECT_FALSE(is_redaction("[REDACTED:]"));
  EXPECT_FALSE(is_redaction("[REDACTED:a] b [c]"));
}

}  // namespace
}  // namespace towline::redact
