// What the rows of the catalogue (catalogue_test.cpp) don't say: the forms of one detector beside its examples, and
// what detectors do to each other. All of the keys and numbers are made up or the well-known examples of their issuers'
// documentation.
#include "transforms/redact/detectors/detectors.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "transforms/redact/detectors/card.hpp"
#include "transforms/redact/scanner.hpp"

namespace towline::redact {
namespace {

std::string redact(const std::string& text, Scanner& scanner) {
  std::string out;
  scanner.scan(text);
  scanner.append_redacted(text, out);
  return out;
}

std::string redact(const std::string& text, std::span<const Detector* const> detectors) {
  Scanner scanner(detectors);
  return redact(text, scanner);
}

std::string redact(const std::string& text) {
  static Scanner scanner(default_detectors());
  return redact(text, scanner);
}

using Cases = std::vector<std::pair<std::string, std::string>>;

void expect_all(const Cases& cases) {
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(redact(text), expected);
    EXPECT_EQ(redact(redact(text)), expected) << "redacting twice is redacting once";
    EXPECT_EQ(redact("(" + text + ")"), "(" + expected + ")");
    EXPECT_EQ(redact("some words, " + text + " and more"), "some words, " + expected + " and more");
  }
}

void expect_untouched(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    EXPECT_EQ(redact(text), text);
    EXPECT_EQ(redact("see " + text + " there"), "see " + text + " there");
  }
}

TEST(Detectors, Email) {
  expect_all({
      {"_svc@example.com", "_***@example.com"},
      {"1@2.example", "***@2.example"},
      {"<a.b@example.com>", "<a***@example.com>"},
      {"email=ann@example.com&x=1", "email=a***@example.com&x=1"},
      {"'ann@example.com'", "'a***@example.com'"},
      {"ann@example.com.", "a***@example.com."},
      {"ann@example.com.2024", "a***@example.com.2024"},
      {"\"a \\\"b\\\" c\"@example.com", "***@example.com"},
      {std::string(300, 'a') + "@example.com", "a***@example.com"},
      {"smtp://ann@example.com:s3cr3t@mail.example.com:587",
       "smtp://a***@example.com:[REDACTED:url_password]@mail.example.com:587"},
  });
  expect_untouched({"a@", "@", "@@@", "a@.com", "a@b", "a@b..com", "\"\"@example.com", "say \"x\" @example"});
}

TEST(Detectors, Jwt) {
  const std::string token =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n1I9PlFUP0THsR8U";
  expect_all({
      {"x=" + token, "x=[REDACTED:jwt]"},
      {token + ". " + token + ".", "[REDACTED:jwt]. [REDACTED:jwt]."},
      {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "[REDACTED:jwt]"},
      {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0", "[REDACTED:jwt]"},
  });
  expect_untouched({"eyJhbGciOiJIUzI1NiJ9...", "eyJhbGciOiJIUzI1NiJ9..x"});
}

TEST(Detectors, BearerTokensOfAllKinds) {
  expect_all({
      {"bearer: AbCdEfGhIj", "bearer: [REDACTED:bearer]"},
      {"Bearer abcdefghijklmnopqrstuvwxyz.", "Bearer [REDACTED:bearer]."},
      {"Bearer abc123def456:s3cr3t-second-half", "Bearer [REDACTED:bearer]"},
      {"Bearer 'abcdef0123456789'", "Bearer '[REDACTED:bearer]'"},
      {"Bearer abcdef0123456789, x", "Bearer [REDACTED:bearer], x"},
      {"Bearer abcdef0123456789; x", "Bearer [REDACTED:bearer]; x"},
      {"{auth: Bearer abc$def!0123}", "{auth: Bearer [REDACTED:bearer]}"},
  });
  expect_untouched({"Bearer ", "Bearer to:a***@example.com"});
}

TEST(Detectors, PrivateKeysThatWereCut) {
  const std::string begin = "-----BEGIN RSA PRIVATE KEY-----";
  EXPECT_EQ(redact("key: " + begin + "\nMIIBOgIBAAJBAKj34Gkx\nFhD90vcN"), "key: [REDACTED:private_key]");
  EXPECT_EQ(redact("key: " + begin), "key: [REDACTED:private_key]");
  EXPECT_EQ(redact("x\nFhD90vcNLYLInFEX\nabcd==\n-----END RSA PRIVATE KEY-----\ny"), "[REDACTED:private_key]\ny");
  EXPECT_EQ(redact(begin + "\nMIIB\n-----END CERTIFICATE-----\n"), "[REDACTED:private_key]");
  EXPECT_EQ(redact("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nMIIB\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\nx"),
            "[REDACTED:private_key]\nx");
  const std::string whole = begin + "\nMIIB\n-----END RSA PRIVATE KEY-----";
  EXPECT_EQ(redact(whole + "\nand\n" + whole + "\n"), "[REDACTED:private_key]\nand\n[REDACTED:private_key]\n");
}

TEST(Detectors, SecretOfAnAwsKeyBesideItsId) {
  const std::string id = "AKIAIOSFODNN7EXAMPLE";
  const std::string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  for (const std::string between : {",", ":", " ", "\t", "\", \"", "\n"}) {
    EXPECT_EQ(redact(id + between + secret), "[REDACTED:aws_access_key]" + between + "[REDACTED:aws_secret_key]");
  }
  EXPECT_EQ(redact(id + " and " + secret), "[REDACTED:aws_access_key] and " + secret);
}

TEST(Detectors, GenericSecretsInTheFormsOfMessages) {
  expect_all({
      {"retrying with password=hunter2, attempt 3", "retrying with password=[REDACTED:generic_secret], attempt 3"},
      {"\\\"password\\\":\\\"hunter2\\\"", "\\\"password\\\":\\\"[REDACTED:generic_secret]\\\""},
      {"PASSWORD = \"two words\"", "PASSWORD = \"[REDACTED:generic_secret]\""},
      {"['secret'] => 'q8Zk2mXw91Lt'", "['secret'] => '[REDACTED:generic_secret]'"},
      {"userPass=x7", "userPass=[REDACTED:generic_secret]"},
      {"password=b'hunter2'", "password=b'[REDACTED:generic_secret]'"},
      {"app.db.password=a.b!c", "app.db.password=[REDACTED:generic_secret]"},
      {"secret key = q8Zk2mXw91Lt", "secret key = [REDACTED:generic_secret]"},
      {"Authorization: token 0a1b2c3d4e5f60718293", "Authorization: token [REDACTED:generic_secret]"},
      {"authorization: 0a1b2c3d4e5f60718293", "authorization: [REDACTED:generic_secret]"},
  });
  expect_untouched({
      "password reset for user 12",
      "the password: it was wrong",
      "password=password()",
      "bypass: 12ab34cd",
      "compass=n0rth-12345678",
      "partition key: a8f3k2m9q1x7",
      "tokens: 12ab34cd56ef",
      "token count=a1b2c3d4e5f6",
      "secret=[REDACTED:jwt]",
      "[REDACTED:generic_secret]: a8f3k2m9q1x7",
      "[REDACTED:url_password]'a8f3k2m9q1x7'",
      "password=a***@example.com",
      "api key missing",
      "token = 2026-11-20T17:05:42Z",
      "secret=arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod-AbCdEf",
  });
}

TEST(Detectors, LongSecretsAreHiddenWhole) {
  const std::string random = "q8Zk2mXw91LtVb73";
  std::string secret;
  while (secret.size() < 5000) secret += random;
  EXPECT_EQ(redact("token=" + secret + " x"), "token=[REDACTED:generic_secret] x");
  EXPECT_EQ(redact("\"token\":\"" + secret + "\""), "\"token\":\"[REDACTED:generic_secret]\"");
  EXPECT_EQ(redact("postgres://u:" + secret + "@h/x"), "postgres://u:[REDACTED:url_password]@h/x");
  EXPECT_EQ(redact("a;Password=" + secret + ";b=1"), "a;Password=[REDACTED:url_password];b=1");
  EXPECT_EQ(redact("Cookie: sid=" + secret + "; a=b"), "Cookie: sid=[REDACTED:cookie]; a=b");
}

TEST(Detectors, PasswordsInAddresses) {
  expect_all({
      {"https://ann:pw@example.com/", "https://ann:[REDACTED:url_password]@example.com/"},
      {"redis://:p/w@cache:6379", "redis://:[REDACTED:url_password]@cache:6379"},
      {"u=https%3A http://a:b@h,http://c:d@i",
       "u=https%3A http://a:[REDACTED:url_password]@h,http://c:[REDACTED:url_password]@i"},
      {"root:toor@unix(/run/mysqld.sock)/x", "root:[REDACTED:url_password]@unix(/run/mysqld.sock)/x"},
      {"Pwd=x;Server=y", "Pwd=[REDACTED:url_password];Server=y"},
  });
  EXPECT_EQ(redact("https://ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com/a"),
            "https://[REDACTED:github_token]/a");
  expect_untouched({"http://a.example/x:y@z", "jdbc:oracle:thin:@db:1521:x", "https://h:80/@", "std://x"});
}

TEST(Detectors, CardInOtherForms) {
  expect_all({
      {"4222222222222", "[REDACTED:card]"},
      {"4222 222 222 222", "[REDACTED:card]"},
      {"378282246310005", "[REDACTED:card]"},
      {"4111 1111-1111 1111", "[REDACTED:card]"},
      {"41-11-11-11-11-11-11-11", "[REDACTED:card]"},
      {"4111111111111111.0", "[REDACTED:card].0"},
      {"4111111111111111.253", "[REDACTED:card].253"},
      {"411111.4111111111111111", "411111.[REDACTED:card]"},
      {"id-1.4111111111111111", "id-1.[REDACTED:card]"},
      {"4111111111111111.4111111111111111.", "[REDACTED:card].[REDACTED:card]."},
      {"4111111111111111. 4111111111111111.", "[REDACTED:card]. [REDACTED:card]."},
      {"4111111111111111.536-22-8726", "[REDACTED:card].[REDACTED:us_ssn]"},
      {";4111111111111111=3012", ";[REDACTED:card]=3012"},
      {"card_4111111111111111", "card_[REDACTED:card]"},
      {"4111111111111111_receipt", "[REDACTED:card]_receipt"},
      {"pan:4111111111111111,exp 12/30", "pan:[REDACTED:card],exp 12/30"},
      {"4111111111111111/5500000000000004", "[REDACTED:card]/[REDACTED:card]"},
  });
  expect_untouched({"41 11 11 11 11 11 11 12", "41 11 11 11 11 11 11 111", "xB4111111111111111", "12.4111111111111111",
                    "2026-11-20 17-05-42 12 34", "0.4111111111111111.", "41 11-11 11 11 11 11 11",
                    "41111111111111111111", "4111111111111111f", "0000000000000000", "ORD-2026-0001234567"});
}

TEST(Detectors, CardNumbersAmongDigits) {
  EXPECT_EQ(redact("12 4111111111111111"), "12 [REDACTED:card]");
  EXPECT_EQ(redact("ref 4012 8888 0006 5555 5555 5555 4444"), "ref [REDACTED:card]");
  EXPECT_EQ(redact("4111-1111-1111-1111-5555-5555-5555-4444"), "[REDACTED:card]-[REDACTED:card]");
  EXPECT_EQ(redact("4111 1111 1111 1111 123"), "[REDACTED:card] 123");
  EXPECT_EQ(redact("order 1234 4111 1111 1111 1111"), "order 1234 [REDACTED:card]");
  EXPECT_TRUE(is_card_number("4111111111111111"));
  EXPECT_FALSE(is_card_number("411111111111111x"));
  EXPECT_FALSE(is_card_number(""));
}

TEST(Detectors, UsSsnAfterAName) {
  expect_all({{"ssn_078-05-1120", "ssn_[REDACTED:us_ssn]"},
              {"xxx-078-05-1120-x", "xxx-[REDACTED:us_ssn]-x"},
              {"536-22-8726 536-22-8727", "[REDACTED:us_ssn] [REDACTED:us_ssn]"}});
  expect_untouched({"ssn5-078-05-1120", "--078-05-1120", "ssn-078-05-1120_1", "536-22-87261", "a536-22-8726"});
  EXPECT_EQ(redact("078-05-1120-4111111111111111"), "078-05-1120-[REDACTED:card]");
  EXPECT_EQ(redact("078-05-1120-[REDACTED:card]"), "078-05-1120-[REDACTED:card]");
}

TEST(Detectors, PhoneNumbersAmongOtherNumbers) {
  expect_all({
      {"+49 30 901820 2026-11-20", "[REDACTED:phone] 2026-11-20"},
      {"2026-11-20 030 901820", "2026-11-20 [REDACTED:phone]"},
      {"030 901820 030 901821", "[REDACTED:phone] [REDACTED:phone]"},
      {"+49 30 901820, +49 30 901821", "[REDACTED:phone], [REDACTED:phone]"},
      {"17:05 (202) 555-0172 200", "17:05 [REDACTED:phone] 200"},
      {"call 202 555 0172 now", "call [REDACTED:phone] now"},
  });
  expect_untouched({"212 555 0172 900", "200 202 555 0172", "0123 4567 8901 2345", "id_030-901820"});
}

TEST(Detectors, LookAlikesStay) {
  expect_untouched({
      "d41d8cd98f00b204e9800998ecf8427e",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "v4.11.0-rc2",
      "2026-11-20T17:05:42.123456789Z",
      "2026-11-20T17:05:42+02:00",
      "arn:aws:iam::123456789012:role/x",
      "10.0.0.1:8080",
      "SKU-4111-22",
      "order-12345678901234567890",
      "0x1f3b7c",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
      "a=b&c=d",
      "basename",
      "database",
      "i-0abcd1234efgh5678",
      "1.2.3.4",
      "17:05:42",
      "100000000000000000000",
      "ISO-8859-15",
      "traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "1763658342",
      "1763658342123",
      "1763658342123456",
      "1763658342123456789",
      "550e8400-e29b-41d4-a716-446655440000",
      "978-3-16-148410-0",
      "9783161484100",
      "com.example.orders.OrderService$Worker@1f3b7c9",
      "52.520008,13.404954",
      "1,234,567.89 EUR",
      "12.345.678",
      "build 20261120.1704",
      "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  });
}

TEST(Detectors, OverlapsBecomeOneMatch) {
  const std::string key = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
  EXPECT_EQ(redact(key + "@example.com"), "[REDACTED:github_token]");
  EXPECT_EQ(redact("token=" + key), "token=[REDACTED:github_token]");
  EXPECT_EQ(redact("a@b.co@d.com"), "a***@d.com");
}

TEST(Detectors, OnlyThoseChosenAreUsed) {
  const Detector* const chosen[] = {&card};
  EXPECT_EQ(redact("ann@example.com 4111111111111111", chosen), "ann@example.com [REDACTED:card]");
  EXPECT_EQ(redact("ann@example.com", std::span<const Detector* const>()), "ann@example.com");
}

TEST(Detectors, TooManyMatchesHideEverything) {
  std::string text;
  for (std::size_t i = 0; i < Scanner::matches_max; ++i) text += "ann@example.com ";
  EXPECT_TRUE(redact(text).starts_with("a***@example.com a***"));
  EXPECT_EQ(redact(text + "bob@example.com"), "[REDACTED:unexaminable]");
}

}  // namespace
}  // namespace towline::redact
