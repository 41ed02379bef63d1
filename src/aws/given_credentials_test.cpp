#include "aws/given_credentials.hpp"

#include <gtest/gtest.h>

namespace towline::aws {
namespace {

constexpr JsonForm imds{.token_member = "Token"};
constexpr JsonForm process{.token_member = "SessionToken", .version = 1};

std::string problem(std::string_view json, const JsonForm& form = imds) {
  const Result<Credentials> credentials = credentials_in_json(json, form, "it");
  return credentials ? "fine" : credentials.error().message;
}

TEST(GivenCredentials, InJson) {
  const Result<Credentials> credentials = credentials_in_json(
      R"({"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA1","SecretAccessKey":"a/b+c","Token":"t==",)"
      R"("Expiration":"2026-11-21T12:00:00Z","LastUpdated":7})",
      imds, "it");
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_EQ(credentials->secret_access_key.reveal(), "a/b+c");
  EXPECT_EQ(credentials->session_token.reveal(), "t==");
  EXPECT_EQ(credentials->expires, WallTime{std::chrono::seconds(1'795'262'400)});
}

TEST(GivenCredentials, TokenAndExpirationMayBeMissing) {
  for (const char* json : {R"({"AccessKeyId":"A","SecretAccessKey":"B"})",
                           R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":null,"Expiration":null})",
                           R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":"","Expiration":""})"}) {
    const Result<Credentials> credentials = credentials_in_json(json, imds, "it");
    ASSERT_TRUE(credentials) << json;
    EXPECT_TRUE(credentials->session_token.empty());
    EXPECT_FALSE(credentials->expires);
  }
}

TEST(GivenCredentials, WhatIsNoneIsRefused) {
  EXPECT_EQ(problem(""), "it gave something that is not a JSON object");
  EXPECT_EQ(problem("<html>"), "it gave something that is not a JSON object");
  EXPECT_EQ(problem("[1]"), "it gave something that is not a JSON object");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A")"), "it gave something that is not a JSON object");
  EXPECT_EQ(problem("{}"), "it gave no access key id");
  EXPECT_EQ(problem(R"({"Code":"Failed"})"), "it gave no access key id");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A"})"), "it gave no secret access key");
  EXPECT_EQ(problem(R"({"AccessKeyId":7,"SecretAccessKey":"B"})"), "it gave something that is no text as AccessKeyId");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":["B"]})"),
            "it gave something that is no text as SecretAccessKey");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":{}})"),
            "it gave something that is no text as Token");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Expiration":1795262400})"),
            "it gave something that is no text as Expiration");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Expiration":"soon"})"),
            "it gave an expiration that is no date");
}

TEST(GivenCredentials, WhatCantBeSentIsRefused) {
  EXPECT_EQ(problem(R"({"AccessKeyId":"A\r\nX: y","SecretAccessKey":"B"})"), "it gave an access key id that is none");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B C"})"), "it gave a secret access key that is none");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":"t\nu"})"),
            "it gave a session token that is none");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":"\u00fc"})"),
            "it gave a session token that is none");
  const std::string longest(session_token_max, 't');
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":")" + longest + "\"}"), "fine");
  EXPECT_EQ(problem(R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":"t)" + longest + "\"}"),
            "it gave a session token that is none");
  EXPECT_EQ(problem(R"({"AccessKeyId":")" + std::string(access_key_id_max + 1, 'A') + R"(","SecretAccessKey":"B"})"),
            "it gave an access key id that is none");
}

TEST(GivenCredentials, AVersionMayBeAskedFor) {
  EXPECT_EQ(problem(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"B"})", process), "fine");
  for (const char* json :
       {R"({"AccessKeyId":"A","SecretAccessKey":"B"})", R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"B"})",
        R"({"Version":"1","AccessKeyId":"A","SecretAccessKey":"B"})"})
    EXPECT_EQ(problem(json, process), "it gave an object whose Version is not 1");
}

}  // namespace
}  // namespace towline::aws
