// What is assigned to sensitive names in text that isn't a record.
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "transforms/redact/text_redactor.hpp"

namespace towline::redact {
namespace {

class Assignments : public testing::Test {
 protected:
  std::string redact(const std::string& text) {
    budget_.start(text.size());
    const TextRedactor::Outcome outcome = redactor_.redact(text, names_, true);
    return outcome == TextRedactor::Outcome::unchanged ? text : redactor_.text();
  }

  Policy policy_{RedactConfig()};
  Tokens tokens_;
  Budget budget_;
  TextRedactor redactor_{policy_, tokens_, budget_};
  FieldNames names_{
      std::vector<std::string>{"password", "*_token", "api_key", "authorization", "cookie", "set_cookie"}};
};

TEST_F(Assignments, DetectorsWorkOnIt) {
  EXPECT_EQ(redact("mail to ann@example.com failed"), "mail to a***@example.com failed");
  EXPECT_EQ(redact("nothing to see: at 17:05, x=1"), "nothing to see: at 17:05, x=1");
}

TEST_F(Assignments, AssignmentsOfSensitiveNames) {
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

TEST_F(Assignments, OnlyWhatThisStepWritesIsRedactedAlready) {
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

TEST_F(Assignments, CredentialsAfterTheirScheme) {
  EXPECT_REDACTED("authorization=Bearer abcdef0123456789abcdef status=200", "authorization=[REDACTED:field]");
  EXPECT_REDACTED("authorization=Basic dXNlcjpwYXNzd29yZA==", "authorization=[REDACTED:field]");
  EXPECT_REDACTED("a_token=Basic dXNlcjpwYXNzd29yZA== ok", "a_token=[REDACTED:field] ok");
  EXPECT_REDACTED("a_token=bearer x; ok", "a_token=[REDACTED:field]; ok");
  EXPECT_REDACTED("a_token=basics x", "a_token=[REDACTED:field] x");
  EXPECT_REDACTED("cookie=a=b; session=s3cr3t\nnext", "cookie=[REDACTED:field]\nnext");
}

TEST_F(Assignments, QuotesInsideOfValues) {
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

// The name of a field takes away what tells a detector that something is secret.
TEST_F(Assignments, DetectorsSeeWhatWasThereBefore) {
  EXPECT_REDACTED("{\"authorization\":\"Digest username=\"Mufasa\", realm=\"r\", response=\"6629fae4\"\"}",
                  "{\"authorization\":[REDACTED:field]\", realm=\"r\", response=\"[REDACTED:digest]\"\"}");
  EXPECT_REDACTED("token=Digest username=\"Mufasa\", realm=\"r\", response=\"6629fae4\" x",
                  "token=[REDACTED:field], realm=\"r\", response=\"[REDACTED:digest]\" x");
  EXPECT_REDACTED("password='Digest username='Mufasa', realm='r', response='6629fae4' x",
                  "password=[REDACTED:field]', realm='r', response='[REDACTED:digest]' x");
  EXPECT_REDACTED("password=Digest response=\"6629fae4\",username=\"ann\" x",
                  "password=[REDACTED:field],username=\"[REDACTED:digest]\" x");
  EXPECT_REDACTED("\"ref\": \"x \\\"Authorization: Digest username=\\\"ann\\\", response=\\\"6629fae4\\\"\\\" y\"",
                  "\"ref\": \"x \\\"Authorization: [REDACTED:field]");
}

TEST_F(Assignments, WideGapsAndBrackets) {
  EXPECT_REDACTED("Password                        : hunter2", "Password                        : [REDACTED:field]");
  EXPECT_REDACTED("password=                    hunter2", "password=                    [REDACTED:field]");
  EXPECT_REDACTED("    [password] => hunter 2\n    [a] => b", "    [password] => [REDACTED:field]\n    [a] => b");
  EXPECT_REDACTED("user[password]=hunter2&a=b", "user[password]=[REDACTED:field]&a=b");
}

TEST_F(Assignments, NamesThatAreNoPlainWords) {
  for (const char* name : {"card number", "contrase\xC3\xB1\x61"}) names_.add(name);
  EXPECT_REDACTED("x {\"api key\": \"abc\", \"a\": 1", "x {\"api key\": \"[REDACTED:field]\", \"a\": 1");
  EXPECT_REDACTED("x {\\\"Card Number\\\": 12, \\\"a\\\": 1", "x {\\\"Card Number\\\": [REDACTED:field], \\\"a\\\": 1");
  EXPECT_REDACTED("contrase\xC3\xB1\x61=hunter2 x", "contrase\xC3\xB1\x61=[REDACTED:field] x");
  EXPECT_REDACTED("\xE2\x86\x92password=hunter2 x", "\xE2\x86\x92password=[REDACTED:field] x");
  EXPECT_REDACTED("\xE2\x80\x9Cpassword\xE2\x80\x9D: hunter2", "\xE2\x80\x9Cpassword\xE2\x80\x9D: [REDACTED:field]");
}

TEST_F(Assignments, ColoursAndNulsHideNothing) {
  EXPECT_REDACTED("login \x1B[36mpassword\x1B[0m=\x1B[35mhunter2\x1B[0m",
                  "login \x1B[36mpassword\x1B[0m=\x1B[35m[REDACTED:field]");
  EXPECT_REDACTED("login \\u001b[36mpassword\\u001b[0m=\\u001b[35mhunter2",
                  "login \\u001b[36mpassword\\u001b[0m=\\u001b[35m[REDACTED:field]");
  EXPECT_REDACTED(std::string("p\0a\0s\0s\0w\0o\0r\0d\0=\0x\0", 20),
                  std::string("p\0a\0s\0s\0w\0o\0r\0d\0=\0", 18) + "[REDACTED:field]");
  EXPECT_REDACTED("\x1B[32mINFO\x1B[0m password=hunter2 x", "\x1B[32mINFO\x1B[0m password=[REDACTED:field] x");
  EXPECT_REDACTED("\x1B[1;32mINFO\x1B[0m fine \x1B[", "\x1B[1;32mINFO\x1B[0m fine \x1B[");
}

TEST_F(Assignments, EscapedNamesAndValues) {
  EXPECT_REDACTED("p\\u0061ssword=hunter2 x", "p\\u0061ssword=[REDACTED:field] x");
  EXPECT_REDACTED("\\u0070assword: x", "\\u0070assword: [REDACTED:field]");
  EXPECT_REDACTED("GET /?next=%2Flogin%3Faccess_token%3Dabc%26x%3D1 HTTP/1.1",
                  "GET /?next=%2Flogin%3Faccess_token%3D[REDACTED:field]%26x%3D1 HTTP/1.1");
  EXPECT_REDACTED("{&quot;password&quot;:&quot;hunter2&quot;}", "{&quot;password&quot;:&quot;[REDACTED:field]&quot;}");
}

TEST_F(Assignments, TooManyLevelsOfEscapesAreUnexaminable) {
  EXPECT_EQ(redact("a\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\n"), unexaminable);
}

TEST_F(Assignments, HarmlessEscapesStay) {
  for (const char* text : {"C:\\Users\\new", "a\\nb", "say \\\"hi\\\"", "50\\% \\u00e9", "u***\\u0040example.com"})
    EXPECT_EQ(redact(text), text);
}

TEST_F(Assignments, SaysWhatItDid) {
  EXPECT_EQ(redactor_.redact("password=a api_key=b ann@example.com", names_, true), TextRedactor::Outcome::changed);
  std::vector<std::string_view> names;
  for (const Rule* rule : redactor_.redacted()) names.push_back(rule->name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"field", "field", "email"}));
  names_.add("zip");
  EXPECT_EQ(redactor_.redact("zip=a", names_, true), TextRedactor::Outcome::changed);
  EXPECT_EQ(redactor_.redact("zip=a", names_, false), TextRedactor::Outcome::unchanged);
  EXPECT_EQ(redactor_.redact("plain", names_, true), TextRedactor::Outcome::unchanged);
  EXPECT_TRUE(redactor_.redacted().empty());
}

TEST_F(Assignments, HostileTextsTakeLinearTime) {
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

}  // namespace
}  // namespace towline::redact
