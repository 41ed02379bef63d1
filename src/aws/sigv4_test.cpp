// The signatures are those of AWS' published test suite (aws-c-auth, aws-signing-test-suite, v4): its requests, its
// example credentials, its time. Those that the suite doesn't have are computed with botocore 1.43, and say so;
// tests/interop/sigv4_test.py compares a thousand more with it.
#include "aws/sigv4.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace towline::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime suite_time{std::chrono::seconds(1'440'938'160)};  // 2015-08-30T12:36:00Z
constexpr Scope suite_scope{"us-east-1", "service"};

Credentials suite_credentials() {
  return {"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), {}, {}};
}

std::vector<std::string> lines_of(Unsigned request, const Credentials& credentials, std::string_view body = "") {
  const std::string hash = sha256_hex(body);
  request.host = "example.amazonaws.com";
  request.body_sha256 = hash;
  std::vector<std::string> lines;
  for (const Secret& line : sign(request, credentials, suite_scope, suite_time)) lines.emplace_back(line.reveal());
  return lines;
}

// The signature, and before it the names of what is signed.
std::string signature_of(const Unsigned& request, const Credentials& credentials, std::string_view body = "") {
  const std::string line = lines_of(request, credentials, body).back();
  const std::string_view begin =
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
  EXPECT_EQ(line.substr(0, begin.size()), begin);
  return line.substr(std::min(begin.size(), line.size()));
}

std::string signature_of(const Unsigned& request, std::string_view body = "") {
  return signature_of(request, suite_credentials(), body);
}

std::string signature_of_path(std::string_view path) {
  return signature_of({.method = "GET", .path = path});
}

constexpr const char* vanilla =
    "host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

TEST(SigV4, GetVanilla) {
  EXPECT_THAT(
      lines_of({.method = "GET"}, suite_credentials()),
      ElementsAre("X-Amz-Date: 20150830T123600Z",
                  std::string("Authorization: AWS4-HMAC-SHA256 "
                              "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=") +
                      vanilla));
}

TEST(SigV4, PostFormUrlencoded) {
  Unsigned request;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(signature_of(request, "Param1=value1"),
            "content-type;host;x-amz-date, "
            "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST(SigV4, HeadersOfOneNameAreJoinedAsTheyCome) {
  Unsigned request{.method = "GET"};
  request.headers = {
      {"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"}, {"My-Header1", "value2"}};
  EXPECT_EQ(signature_of(request),
            "host;my-header1;x-amz-date, "
            "Signature=08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
}

TEST(SigV4, HeadersAreTrimmed) {
  Unsigned request{.method = "GET"};
  request.headers = {{"My-Header2", " \"a   b   c\""}, {"My-Header1", " value1"}};
  EXPECT_EQ(signature_of(request),
            "host;my-header1;my-header2;x-amz-date, "
            "Signature=acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

TEST(SigV4, PathsAreNormalised) {
  for (const char* path : {"/", "/./", "/..", "/example/..", "/example1/example2/../..", "//", "/../../"})
    EXPECT_EQ(signature_of_path(path), vanilla) << path;
  EXPECT_EQ(signature_of_path("//example//"),
            "host;x-amz-date, Signature=9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84");
}

TEST(SigV4, PathsAreEncoded) {
  EXPECT_EQ(signature_of_path("/example space/"),
            "host;x-amz-date, Signature=652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741");
  EXPECT_EQ(signature_of_path("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            "host;x-amz-date, Signature=07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
  EXPECT_EQ(signature_of_path("/\xE1\x88\xB4"),
            "host;x-amz-date, Signature=8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

TEST(SigV4, APathThatIsSentEncodedIsEncodedTwice) {
  EXPECT_EQ(signature_of_path("/%E1%88%B4"),  // by botocore
            "host;x-amz-date, Signature=697b34846207a3f72246f99d74ae1ee4fe54f44bb06730c58a0d339eb079596d");
}

TEST(SigV4, QueriesAreSorted) {
  Unsigned request{.method = "GET"};
  request.query = {{"Param2", "value2"}, {"Param1", "value1"}};
  EXPECT_EQ(signature_of(request),
            "host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  request.query = {{"Param1", "value2"}, {"Param1", "Value1"}};
  EXPECT_EQ(signature_of(request),
            "host;x-amz-date, Signature=eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1");
}

TEST(SigV4, ATokenIsSentAndSigned) {
  Credentials credentials = suite_credentials();
  credentials.session_token = Secret(
      "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwt"
      "hAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVX"
      "AkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA="
      "=");
  const Unsigned request;
  EXPECT_EQ(signature_of(request, credentials),
            "host;x-amz-date;x-amz-security-token, "
            "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
  EXPECT_THAT(lines_of(request, credentials)[1], HasSubstr("X-Amz-Security-Token: AQoDYXdzEPT//////////wEXAMPLEtc7"));
}

TEST(SigV4, TheHeadersOfTheRequestAreSentAsTheyAre) {
  Unsigned request;
  request.headers = {{"X-Amz-Target", "Logs_20140328.PutLogEvents"}, {"Content-Type", "application/x-amz-json-1.1"}};
  EXPECT_THAT(lines_of(request, suite_credentials()),
              ElementsAre("X-Amz-Target: Logs_20140328.PutLogEvents", "Content-Type: application/x-amz-json-1.1",
                          "X-Amz-Date: 20150830T123600Z",
                          HasSubstr(", SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=")));
}

TEST(SigV4, TimesHaveAllTheirDigits) {
  Unsigned request;
  const auto date = [&](std::int64_t seconds) {
    return std::string(
        sign(request, suite_credentials(), suite_scope, WallTime{std::chrono::seconds(seconds)})[0].reveal());
  };
  EXPECT_EQ(date(0), "X-Amz-Date: 19700101T000000Z");
  EXPECT_EQ(date(951'782'399), "X-Amz-Date: 20000228T235959Z");
  EXPECT_EQ(date(1'709'164'800), "X-Amz-Date: 20240229T000000Z");
}

TEST(Sha256, TakesPieces) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  for (const char* piece : {"a", "", "bc"}) hash.add(piece);
  EXPECT_EQ(hash.hex(), sha256_hex("abc"));
}

TEST(Uri, EverythingButTheUnreservedIsEncoded) {
  EXPECT_EQ(uri_encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(uri_encoded(" /+%&=\xC3\xBC"), "%20%2F%2B%25%26%3D%C3%BC");
  EXPECT_EQ(uri_encoded("a/b c", "/"), "a/b%20c");
  EXPECT_EQ(query_text({{"b", "1&2"}, {"a", ""}}), "b=1%262&a=");
  EXPECT_EQ(query_text({}), "");
}

}  // namespace
}  // namespace towline::aws
