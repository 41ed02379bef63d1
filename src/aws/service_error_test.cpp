#include "aws/service_error.hpp"

#include <gtest/gtest.h>

namespace towline::aws {
namespace {

std::string name_of(std::string header, std::string body) {
  net::HttpReply reply;
  reply.status = 400;
  if (!header.empty()) reply.headers.emplace_back("x-amzn-errortype", std::move(header));
  reply.body = std::move(body);
  return error_name(reply);
}

TEST(ServiceError, AnErrorsNameIsInOneOfThreePlaces) {
  EXPECT_EQ(name_of("A", R"({"__type":"B","code":"C"})"), "A");
  EXPECT_EQ(name_of("", R"({"__type":"B","code":"C"})"), "B");
  EXPECT_EQ(name_of("", R"({"code":"C"})"), "C");
  EXPECT_EQ(name_of("", "{}"), "");
  EXPECT_EQ(name_of("", "<html>"), "");
  EXPECT_EQ(name_of("", ""), "");
}

TEST(ServiceError, AnErrorsNameStandsByItself) {
  EXPECT_EQ(name_of("A:http://internal.amazon.com/coral/", ""), "A");
  EXPECT_EQ(name_of("", R"({"__type":"com.amazon.coral.service#ThrottlingException"})"), "ThrottlingException");
}

TEST(ServiceError, WhatIsNoNameIsNotShown) {
  EXPECT_EQ(name_of("a secret text", ""), "");
  EXPECT_EQ(name_of("", R"({"__type":"a \"text\""})"), "");
  EXPECT_EQ(name_of("", R"({"__type":7,"code":"C"})"), "C");
  EXPECT_EQ(name_of(std::string(65, 'x'), ""), "");
}

TEST(ServiceError, NamesSayWhatItIs) {
  for (const char* name : {"Throttling", "ThrottlingException", "LimitExceededException", "SlowDown"})
    EXPECT_TRUE(passes(name)) << name;
  for (const char* name : {"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException"})
    EXPECT_TRUE(is_about_credentials(name) && !is_about_the_clock(name)) << name;
  for (const char* name : {"InvalidSignatureException", "SignatureDoesNotMatch"})
    EXPECT_TRUE(is_about_credentials(name) && is_about_the_clock(name)) << name;
  EXPECT_TRUE(is_about_the_clock("RequestExpired"));
  EXPECT_TRUE(is_about_permissions("AccessDeniedException"));
  EXPECT_TRUE(is_about_content("InvalidParameterException"));
  for (const auto& is : {passes, is_about_the_clock, is_about_credentials, is_about_permissions, is_about_content}) {
    EXPECT_FALSE(is(""));
    EXPECT_FALSE(is("ResourceNotFoundException"));
  }
}

TEST(ServiceError, ClocksAreFarFromEachOtherAfterFiveMinutes) {
  net::HttpReply reply;
  EXPECT_EQ(date_of(reply), std::nullopt);
  reply.headers = {{"date", "soon"}};
  EXPECT_EQ(date_of(reply), std::nullopt);
  reply.headers = {{"date", "Fri, 20 Nov 2026 12:00:30 GMT"}};
  const WallTime time{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours(12) +
                      std::chrono::seconds(30)};
  ASSERT_EQ(date_of(reply), time);
  EXPECT_FALSE(is_far_from(time, time + skew_min));
  EXPECT_TRUE(is_far_from(time, time + skew_min + Duration(1)));
  EXPECT_TRUE(is_far_from(time + skew_min + Duration(1), time));
}

}  // namespace
}  // namespace towline::aws
