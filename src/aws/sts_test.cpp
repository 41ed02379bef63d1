#include "aws/sts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/asker.hpp"
#include "aws/fake_service_test_support.hpp"
#include "aws/files_test_support.hpp"

namespace towline::aws {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string reply_with(const std::string& credentials) {
  return "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n <AssumeRoleResult>\n"
         "  <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>\n  <Credentials>" +
         credentials +
         "</Credentials>\n </AssumeRoleResult>\n <ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata>\n"
         "</AssumeRoleResponse>\n";
}

const std::string good = reply_with(
    "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>a/b</SecretAccessKey><SessionToken>t==</SessionToken>"
    "<Expiration>2026-11-21T12:00:00Z</Expiration>");

std::string error_reply(const std::string& code) {
  return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code +
         "</Code><Message>the secret payload</Message></Error></ErrorResponse>";
}

class StsTest : public testing::Test {
 protected:
  Sts sts(const std::string& region = "eu-west-1") {
    environment_ = environment({{"AWS_ENDPOINT_URL_STS", service_.url()}});
    return Sts(fetcher_, environment_, region, {});
  }
  Result<Credentials> assume(const Role& role = {.arn = "arn:aws:iam::1:role/r"}) {
    return sts().assume_role(role, {"AKIA1", Secret("own"), Secret("own-token"), {}});
  }
  Result<Credentials> assume_by_token() {
    return sts().assume_role_with_web_identity({.arn = "arn:aws:iam::1:role/r", .session_name = "s"},
                                               files_.path("token"));
  }
  static std::string problem(const Result<Credentials>& credentials) {
    return credentials ? "fine" : credentials.error().message;
  }
  std::string who() const { return "STS (" + service_.url().substr(7) + ") "; }

  FakeService service_;
  TestFiles files_;
  net::Fetcher fetcher_;
  config::Environment environment_;
};

TEST_F(StsTest, AssumesARole) {
  service_.on("POST /", answer(good));
  const Result<Credentials> credentials =
      assume({.arn = "arn:aws:iam::1:role/r", .session_name = "s", .external_id = "e x", .duration = "900"});
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_EQ(credentials->secret_access_key.reveal(), "a/b");
  EXPECT_EQ(credentials->session_token.reveal(), "t==");
  EXPECT_EQ(credentials->expires, WallTime{std::chrono::seconds(1'795'262'400)});
  const std::string request = service_.requests()[0];
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nX-Amz-Security-Token: own-token\r\n"));
  EXPECT_THAT(request, HasSubstr("/eu-west-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date;"
                                 "x-amz-security-token, Signature="));
  EXPECT_THAT(request,
              EndsWith("\r\n\r\nAction=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"
                       "RoleSessionName=s&ExternalId=e%20x&DurationSeconds=900"));
}

TEST_F(StsTest, ASessionHasANameOfOurOwn) {
  service_.on("POST /", answer(good));
  EXPECT_EQ(problem(assume()), "fine");
  EXPECT_THAT(service_.requests()[0], HasSubstr("&RoleSessionName=towline-1"));
}

TEST_F(StsTest, AssumesARoleByATokenThatIsReadAnew) {
  service_.on("POST /", answer(good));
  files_.write("token", "ey.first\n");
  EXPECT_EQ(problem(assume_by_token()), "fine");
  files_.write("token", "ey.second");
  EXPECT_EQ(problem(assume_by_token()), "fine");
  EXPECT_THAT(service_.requests()[0], EndsWith("&WebIdentityToken=ey.first"));
  EXPECT_THAT(service_.requests()[0], HasSubstr("Action=AssumeRoleWithWebIdentity&"));
  EXPECT_THAT(service_.requests()[0], Not(HasSubstr("Authorization:")));
  EXPECT_THAT(service_.requests()[1], EndsWith("&WebIdentityToken=ey.second"));
}

TEST_F(StsTest, ATokenThatIsNoneIsAnError) {
  const std::string path = files_.path("token");
  EXPECT_EQ(problem(assume_by_token()), "the file of the web identity token, `" + path + "`, doesn't exist");
  for (const std::string& token : {std::string(), std::string("\n"), std::string("a\nb"), std::string("\0", 1)}) {
    files_.write("token", token);
    EXPECT_EQ(problem(assume_by_token()), "the file `" + path + "` holds no web identity token");
  }
  files_.write("token", std::string(Sts::token_file_max + 1, 'x'));
  EXPECT_EQ(problem(assume_by_token()), "the file `" + path + "` is longer than 20000 bytes");
  EXPECT_TRUE(service_.requests().empty());
}

TEST_F(StsTest, RefusalsSayTheirName) {
  service_.on("POST /", answer(error_reply("AccessDenied"), "403 Forbidden"));
  EXPECT_EQ(problem(assume()), who() + "answered 403 (AccessDenied)");
  EXPECT_THAT(service_.requests(), SizeIs(1));
  FakeService odd;
  odd.on("POST /", answer(error_reply("secret payload!"), "400 Bad Request"));
  environment_ = environment({{"AWS_ENDPOINT_URL", odd.url()}});
  EXPECT_THAT(problem(Sts(fetcher_, environment_, "", {}).assume_role({.arn = "r"}, {"A", Secret("B"), {}, {}})),
              EndsWith(" answered 400"));
}

TEST_F(StsTest, WhatGoesAwayByItselfIsAskedAgain) {
  files_.write("token", "ey.token");
  std::atomic<int> asked{0};
  service_.on("POST /", [&](Peer& peer, const std::string& request) {
    const int times = ++asked;
    if (times == 1) return answer(error_reply("IDPCommunicationError"), "400 Bad Request")(peer, request);
    if (times == 2) return answer(error_reply("InvalidIdentityToken"), "400 Bad Request")(peer, request);
    answer(good)(peer, request);
  });
  EXPECT_EQ(problem(assume_by_token()), "fine");
  asked = -10;
  service_.on("POST /", answer(error_reply("InvalidIdentityToken"), "400 Bad Request"));
  EXPECT_EQ(problem(assume_by_token()), who() + "answered 400 (InvalidIdentityToken)");
  EXPECT_THAT(service_.requests(), SizeIs(3 + Asker::attempts_max));
}

TEST_F(StsTest, AnswersThatAreNoneAreErrors) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "gave an answer without credentials"},
      {"{\"AccessKeyId\":\"A\"}", "gave an answer without credentials"},
      {good + good, "gave an answer without credentials"},
      {"<!DOCTYPE x>" + good, "gave an answer without credentials"},
      {reply_with("<AccessKeyId>A</AccessKeyId>"), "gave an answer without SecretAccessKey"},
      {reply_with("<AccessKeyId></AccessKeyId>"), "gave an answer without AccessKeyId"},
      {reply_with("<AccessKeyId>A</AccessKeyId><SecretAccessKey>B</SecretAccessKey><SessionToken>C</SessionToken>"
                  "<Expiration>soon</Expiration>"),
       "gave an expiration that is no date"},
      {std::string(100'000, '<'), "gave an answer that is too long"},
  };
  for (const auto& [body, expected] : cases) {
    FakeService service;
    service.on("POST /", answer(body));
    environment_ = environment({{"AWS_ENDPOINT_URL_STS", service.url()}});
    EXPECT_THAT(problem(Sts(fetcher_, environment_, "", {}).assume_role({.arn = "r"}, {"A", Secret("B"), {}, {}})),
                EndsWith(expected));
  }
}

// The service's clock is three hours ahead, and it minds.
TEST_F(StsTest, AWrongClockIsCorrectedOnce) {
  using std::chrono::floor;
  const auto its = floor<std::chrono::seconds>(std::chrono::system_clock::now() + std::chrono::hours(3));
  const std::time_t time = its.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> date{};
  std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  std::array<char, 64> hour{};
  std::strftime(hour.data(), hour.size(), "X-Amz-Date: %Y%m%dT%H", &parts);
  const auto refuse = [&](Peer& peer) {
    const std::string body = error_reply("SignatureDoesNotMatch");
    send(peer, "HTTP/1.1 403 Forbidden\r\nDate: " + std::string(date.data()) +
                   "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  service_.on("POST /", [&](Peer& peer, const std::string& request) {
    if (request.find(hour.data()) == std::string::npos) return refuse(peer);
    answer(good)(peer, request);
  });
  EXPECT_EQ(problem(assume()), "fine");
  EXPECT_THAT(service_.requests(), SizeIs(2));
  service_.on("POST /", [&](Peer& peer, const std::string&) { refuse(peer); });
  EXPECT_EQ(problem(assume()), who() + "answered 403 (SignatureDoesNotMatch)");
  EXPECT_THAT(service_.requests(), SizeIs(4));
}

TEST_F(StsTest, TheRegionsServiceIsAsked) {
  std::stop_source stopped;
  stopped.request_stop();
  environment_ = environment({});
  const auto asked = [&](const char* region) {
    return Sts(fetcher_, environment_, region, stopped.get_token())
        .assume_role({.arn = "r"}, {"A", Secret("B"), {}, {}})
        .error()
        .message;
  };
  EXPECT_EQ(asked("eu-west-1"), "STS (sts.eu-west-1.amazonaws.com) can't be asked: stopped");
  EXPECT_EQ(asked("cn-north-1"), "STS (sts.cn-north-1.amazonaws.com.cn) can't be asked: stopped");
  EXPECT_EQ(asked(""), "STS (sts.amazonaws.com) can't be asked: stopped");
  EXPECT_EQ(asked("Not A Region"), "the address of STS: a region is written like eu-west-1");
}

}  // namespace
}  // namespace towline::aws
