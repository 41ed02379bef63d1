// What each detector must find, and the look-alikes that it must leave alone. All of the keys and numbers are made up
// or the well-known examples of their issuers' documentation.
#include "transforms/redact/detectors/detectors.hpp"

#include <gtest/gtest.h>

#include <ctime>
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
  static Scanner scanner(all_detectors);
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
      {"user@example.com", "u***@example.com"},
      {"First.Last+tag@mail.example.co.uk", "F***@mail.example.co.uk"},
      {"o'brien@example.ie", "o***@example.ie"},
      {"x@example.com", "***@example.com"},
      {"_svc@example.com", "_***@example.com"},
      {"1@2.example", "***@2.example"},
      {"m\xC3\xBCller@example.de", "m***@example.de"},
      {"\xC3\xBCnal@b\xC3\xBC"
       "cher.de",
       "\xC3\xBC***@b\xC3\xBC"
       "cher.de"},
      {"<a.b@example.com>", "<a***@example.com>"},
      {"mailto:ann@example.com?subject=x", "mailto:a***@example.com?subject=x"},
      {"email=ann@example.com&x=1", "email=a***@example.com&x=1"},
      {"'ann@example.com'", "'a***@example.com'"},
      {"ann@example.com,bob@example.com", "a***@example.com,b***@example.com"},
      {"https://ann:pw@example.com/", "https://ann:p***@example.com/"},
      {"ann@example.com.", "a***@example.com."},
      {"ann@example.com.2024", "a***@example.com.2024"},
      {"ann@xn--bcher-kva.xn--p1ai", "a***@xn--bcher-kva.xn--p1ai"},
      {std::string(300, 'a') + "@example.com", "a***@example.com"},
  });
  expect_untouched({"user@localhost", "@decorator", "a@", "@", "left-pad@1.3.0", "image@2x.png", "a @ b.com",
                    "u***@example.com", "***@example.com", "@@@", "a@.com", "a@b", "a@b..com", "user@10.0.0.1",
                    "v1@sha256.0f0f"});
}

TEST(Detectors, Jwt) {
  const std::string jwt_text =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n1I9PlFUP0THsR8U";
  expect_all({
      {jwt_text, "[REDACTED:jwt]"},
      {"token=" + jwt_text, "token=[REDACTED:jwt]"},
      {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "[REDACTED:jwt]"},
      {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0", "[REDACTED:jwt]"},
      {"eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp.48V1_ALb6US0.5eym8TW_c8Su.XFBoMYUZodet", "[REDACTED:jwt]"},
  });
  expect_untouched({"eyJhbGciOiJIUzI1NiJ9", "eyJ.a.b", "eyJhbGciOiJIUzI1NiJ9.json", "keyJson.parse.it"});
}

TEST(Detectors, Bearer) {
  expect_all({
      {"Bearer abcdef0123456789", "Bearer [REDACTED:bearer]"},
      {"bearer: AbCdEfGhIj", "bearer: [REDACTED:bearer]"},
      {"Authorization: Bearer mF_9.B5f-4.1JqM", "Authorization: Bearer [REDACTED:bearer]"},
      {"BEARER  dGhpc2lzYXRva2Vu==", "BEARER  [REDACTED:bearer]"},
      {"Bearer abcdefghijklmnopqrstuvwxyz.", "Bearer [REDACTED:bearer]."},
      {"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz", "Bearer [REDACTED:bearer]"},
  });
  expect_untouched({"Bearer token", "bearer authentication failed", "Bearer", "Bearer ", "the bearer, of 20201231",
                    "forbearer 12345678", "beard 12345678901234567890"});
}

TEST(Detectors, BearerTokensOfAllKinds) {
  expect_all({
      {"Bearer 1|abcdefghijklmnopqrstuvwxyz0123456789ABCD", "Bearer [REDACTED:bearer]"},
      {"Bearer abc123def456:s3cr3t-second-half", "Bearer [REDACTED:bearer]"},
      {"Bearer \"abcdef0123456789\"", "Bearer \"[REDACTED:bearer]\""},
      {"Bearer 'abcdef0123456789'", "Bearer '[REDACTED:bearer]'"},
      {"Bearer \\\"abcdef0123456789\\\"", "Bearer \\\"[REDACTED:bearer]\\\""},
      {"Bearer abcdef0123456789, x", "Bearer [REDACTED:bearer], x"},
      {"Bearer abcdef0123456789; x", "Bearer [REDACTED:bearer]; x"},
      {"{auth: Bearer abc$def!0123}", "{auth: Bearer [REDACTED:bearer]}"},
  });
  expect_untouched({"Bearer [REDACTED:field]", "Bearer to:a***@example.com", "Bearer \"\"", "Bearer realm=\"api\"",
                    "Bearer \"token\""});
}

TEST(Detectors, Basic) {
  expect_all({
      {"Basic dXNlcjpwYXNzd29yZAo=", "Basic [REDACTED:basic]"},
      {"Basic \"dXNlcjpwYXNz\"", "Basic \"[REDACTED:basic]\""},
      {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic [REDACTED:basic]"},
      {"basic dXNlcjpwYXNz", "basic [REDACTED:basic]"},
      {"Authorization: Basic dTpw", "Authorization: Basic [REDACTED:basic]"},
  });
  expect_untouched({"Basic authentication", "basic usage: see documentation", "Basic aGVsbG8gd29ybGQ=", "basic",
                    "basic 12345678", "BasicAuth QWxhZGRpbjpvcGVuIHNlc2FtZQ=="});
}

TEST(Detectors, AwsAccessKey) {
  expect_all({{"AKIAIOSFODNN7EXAMPLE", "[REDACTED:aws_access_key]"},
              {"ASIAIOSFODNN7EXAMPLE", "[REDACTED:aws_access_key]"},
              {"id=AKIAIOSFODNN7EXAMPLE&x", "id=[REDACTED:aws_access_key]&x"}});
  expect_untouched({"AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPLE0", "xAKIAIOSFODNN7EXAMPLE", "AKIAiosfodnn7example"});
}

TEST(Detectors, VendorKeys) {
  const std::string alnum36 = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (const std::string& key :
       {"sk_live_" + alnum36.substr(0, 24), "rk_live_" + alnum36.substr(0, 24), "sk_test_" + alnum36.substr(0, 16),
        "ghp_" + alnum36, "gho_" + alnum36, "ghu_" + alnum36, "ghs_" + alnum36, "ghr_" + alnum36,
        "github_pat_11ABCDEFG0abcdefghijkl_" + alnum36, "glpat-" + alnum36.substr(16),
        std::string("xoxb-123456789012-abcDEF"), std::string("xoxp-1234567890-1234567890"),
        std::string("xapp-1-A0123456789-1234567890123-abcdef"), std::string("xoxe-1-My0xLWFiY2RlZg"),
        "AIzaSy" + alnum36.substr(3), "SG.ngeVfQFYQlKU0ufo8x5d1A." + alnum36 + "ABCDEFG", "npm_" + alnum36,
        "sk-proj-ABCdef123" + alnum36, "sk-ant-api03-ABCDEF" + alnum36}) {
    expect_all({{key, "[REDACTED:vendor_key]"}, {"key=" + key + ";", "key=[REDACTED:vendor_key];"}});
  }
  expect_untouched({"sk_live_short", "ghp_short", "task-ABCdef123abcdefghijklmnop", "sk-button-primary-large-rounded",
                    "npm_config_registry", "SG.com", "AIza", "xoxo-love", "git-hub", "MSG.ngeVfQFYQlKU0ufo8x5d1A.abc",
                    "glpat-x"});
}

TEST(Detectors, Card) {
  expect_all({
      {"4111111111111111", "[REDACTED:card]"},
      {"4111 1111 1111 1111", "[REDACTED:card]"},
      {"4111-1111-1111-1111", "[REDACTED:card]"},
      {"5500-0000-0000-0004", "[REDACTED:card]"},
      {"2223003122003222", "[REDACTED:card]"},
      {"378282246310005", "[REDACTED:card]"},
      {"3782 822463 10005", "[REDACTED:card]"},
      {"30569309025904", "[REDACTED:card]"},
      {"6011111111111117", "[REDACTED:card]"},
      {"3530111333300000", "[REDACTED:card]"},
      {"6200000000000005", "[REDACTED:card]"},
      {"4222222222222", "[REDACTED:card]"},
      {"4222 222 222 222", "[REDACTED:card]"},
      {"6304000000000000", "[REDACTED:card]"},
      {"pan:4111111111111111,exp 12/30", "pan:[REDACTED:card],exp 12/30"},
      {"4111111111111111 5500000000000004", "[REDACTED:card] [REDACTED:card]"},
      {"4111111111111111.0", "[REDACTED:card].0"},
      {"12 4111111111111111", "12 [REDACTED:card]"},
  });
  expect_untouched({"4111111111111112", "4111 1111 1111 1112", "1234567890123456", "1700000000123",
                    "1795194342123456789", "411111111111111", "41111111111111111111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
                    "a4111111111111111", "4111111111111111f", "0.4111111111111111", "4111  1111  1111  1111",
                    "41 11-11 11 11 11 11 11", "9111111111111111", "0000000000000000",
                    "550e8400-e29b-41d4-a716-446655440000", "2026-11-20 17:05:42.123456", "ORD-2026-0001234567"});
  EXPECT_TRUE(is_card_number("4111111111111111"));
  EXPECT_FALSE(is_card_number("411111111111111x"));
  EXPECT_FALSE(is_card_number(""));
}

TEST(Detectors, CardInOtherForms) {
  expect_all({
      {"4111 1111-1111 1111", "[REDACTED:card]"},
      {"41 11 11 11 11 11 11 11", "[REDACTED:card]"},
      {"41-11-11-11-11-11-11-11", "[REDACTED:card]"},
      {"4111111111111111.50", "[REDACTED:card].50"},
      {"4111111111111111.253", "[REDACTED:card].253"},
      {"411111.4111111111111111", "411111.[REDACTED:card]"},
      {"id-1.4111111111111111", "id-1.[REDACTED:card]"},
      {"4111111111111111.4111111111111111.", "[REDACTED:card].[REDACTED:card]."},
      {"4111111111111111. 4111111111111111.", "[REDACTED:card]. [REDACTED:card]."},
      {"4111111111111111.536-22-8726", "[REDACTED:card].[REDACTED:us_ssn]"},
      {"%B4111111111111111^DOE/JOHN^3012", "%B[REDACTED:card]^DOE/JOHN^3012"},
      {";4111111111111111=3012", ";[REDACTED:card]=3012"},
      {"card_4111111111111111", "card_[REDACTED:card]"},
      {"4111111111111111_receipt", "[REDACTED:card]_receipt"},
  });
  expect_untouched({"41 11 11 11 11 11 11 12", "41 11 11 11 11 11 11 111", "xB4111111111111111", "12.4111111111111111",
                    "2026-11-20 17-05-42 12 34", "0.4111111111111111."});
}

TEST(Detectors, CardBesideOtherDigits) {
  EXPECT_EQ(redact("ref 4012 8888 0006 5555 5555 5555 4444"), "ref [REDACTED:card]");
  EXPECT_EQ(redact("4111-1111-1111-1111-5555-5555-5555-4444"), "[REDACTED:card]-[REDACTED:card]");
  EXPECT_EQ(redact("4111 1111 1111 1111 123"), "[REDACTED:card] 123");
  EXPECT_EQ(redact("order 1234 4111 1111 1111 1111"), "order 1234 [REDACTED:card]");
}

TEST(Detectors, UsSsn) {
  expect_all({{"536-22-8726", "[REDACTED:us_ssn]"},
              {"ssn:536-22-8726;", "ssn:[REDACTED:us_ssn];"},
              {"536-22-8726 536-22-8727", "[REDACTED:us_ssn] [REDACTED:us_ssn]"}});
  expect_untouched({"000-22-8726", "666-22-8726", "936-22-8726", "536-00-8726", "536-22-0000", "1536-22-8726",
                    "536-22-87261", "536-22-872", "5-536-22-8726", "536-22-8726-1", "a536-22-8726", "536 22 8726",
                    "2026-11-20", "536-228-726"});
}

TEST(Detectors, UsSsnAfterAName) {
  expect_all({{"ssn-078-05-1120", "ssn-[REDACTED:us_ssn]"},
              {"ssn_078-05-1120", "ssn_[REDACTED:us_ssn]"},
              {"xxx-078-05-1120-x", "xxx-[REDACTED:us_ssn]-x"}});
  expect_untouched({"ssn5-078-05-1120", "--078-05-1120", "ssn-078-05-1120_1"});
  EXPECT_EQ(redact("078-05-1120-4111111111111111"), "078-05-1120-[REDACTED:card]");
  EXPECT_EQ(redact("078-05-1120-[REDACTED:card]"), "078-05-1120-[REDACTED:card]");
}

// What colours a terminal's text, and a line's end that was written as a backslash and a letter.
TEST(Detectors, AfterEscapes) {
  const std::string vendor = "npm_abcdefghijklmnopqrstuvwxyz0123456789";
  const Cases secrets = {{"4111111111111111", "[REDACTED:card]"},
                         {"4111 1111 1111 1111", "[REDACTED:card]"},
                         {"536-22-8726", "[REDACTED:us_ssn]"},
                         {"AKIAIOSFODNN7EXAMPLE", "[REDACTED:aws_access_key]"},
                         {"DE89370400440532013000", "[REDACTED:iban]"},
                         {"Bearer abcdef0123456789", "Bearer [REDACTED:bearer]"},
                         {"Basic dXNlcjpwYXNz", "Basic [REDACTED:basic]"},
                         {vendor, "[REDACTED:vendor_key]"},
                         {"sk-ABCdef123abcdefghijklmnop", "[REDACTED:vendor_key]"}};
  for (const auto& [secret, redacted] : secrets) {
    for (const std::string before : {"\x1B[35m", "\x1B[m", "\x1B[2K", "\x1B[1;38;2;255;255;255m", "x\x1B[0m",
                                     "\\x1b[35m", "\\u001b[0m", "[1m", "\\n", "a\\r\\n", "\\t", "\\b", "\\f", "\\v"}) {
      expect_all({{before + secret + "\x1B[0m", before + redacted + "\x1B[0m"},
                  {before + secret + "\\n", before + redacted + "\\n"}});
    }
  }
  expect_untouched({"[m4111111111111111", "[3f4111111111111111", "35m4111111111111111", "\\x4111111111111111",
                    "n4111111111111111", "\x1B[" + std::string(40, '1') + "m4111111111111111"});
}

TEST(Detectors, Iban) {
  expect_all({
      {"DE89370400440532013000", "[REDACTED:iban]"},
      {"DE89 3704 0044 0532 0130 00", "[REDACTED:iban]"},
      {"GB29NWBK60161331926819", "[REDACTED:iban]"},
      {"GB29 NWBK 6016 1331 9268 19", "[REDACTED:iban]"},
      {"FR1420041010050500013M02606", "[REDACTED:iban]"},
      {"NO9386011117947", "[REDACTED:iban]"},
      {"MT84MALT011000012345MTLCAST001S", "[REDACTED:iban]"},
      {"AT611904300234573201", "[REDACTED:iban]"},
  });
  expect_untouched({"DE89370400440532013001", "DE8937040044053201300", "DE893704004405320130001",
                    "XX89370400440532013000", "XDE89370400440532013000", "de89370400440532013000", "HTTP11", "AB12"});
}

TEST(Detectors, LookAlikesStay) {
  expect_untouched({
      "d41d8cd98f00b204e9800998ecf8427e",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "v4.11.0-rc2",
      "2026-11-20T17:05:42.123456789Z",
      "arn:aws:iam::123456789012:role/x",
      "10.0.0.1:8080",
      "SKU-4111-22",
      "+49 30 901820",
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
      "traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00",
  });
}

TEST(Detectors, OverlapsBecomeOneMatch) {
  const std::string key = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
  EXPECT_EQ(redact(key + "@example.com"), "[REDACTED:vendor_key]");
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

// What one detector hides may not be what kept another from finding something.
TEST(Detectors, RedactingNeighboursTwiceIsRedactingThemOnce) {
  const std::string pieces[] = {"4111111111111111",
                                "4111 1111 1111 1111",
                                "41 11 11 11 11 11 11 11",
                                "536-22-8726",
                                "ann@example.com",
                                "AKIAIOSFODNN7EXAMPLE",
                                "Bearer abcdef0123456789",
                                "12",
                                "1234",
                                "x"};
  for (const std::string& a : pieces) {
    for (const std::string between : {" ", ".", ",", "-", "_", ":", "|", "/", "\\n", "\x1B[1m"}) {
      for (const std::string& b : pieces) {
        for (const std::string& c : pieces) {
          const std::string once = redact(a + between + b + between + c);
          ASSERT_EQ(redact(once), once) << a + between + b + between + c;
        }
      }
    }
  }
}

// Texts made to cost as much as possible. If one took quadratic time, that alone would be 20 seconds and more.
TEST(Detectors, HostileTextsTakeLinearTime) {
  const std::clock_t begin = std::clock();
  for (const char* piece : {"eyJ",   "eyJ.", "eyJa-",      "@",       "a@",      "a@b.",   "a@b.co",     "4",
                            "4111 ", "4 ",   "4111-1111-", "bearer ", "bearer=", "basic ", "basic YTpi", "sk-",
                            "sk-a",  "ghp_", "glpat-",     "glpat-.", "xoxb-",   "SG.",    "AKIA",       "DE89 ",
                            "DE89",  "5-",   "536-22-",    "-",       " ",       ".",      "a.b@"}) {
    std::string text;
    while (text.size() < 300'000) text += piece;
    redact(text);
  }
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 20);
}

}  // namespace
}  // namespace towline::redact
