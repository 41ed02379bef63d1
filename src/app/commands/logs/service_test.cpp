// How a failure of the service is told. What is done about it: tests/e2e/logs_cloudwatch_test.py.
#include "app/commands/logs/service.hpp"

#include <gtest/gtest.h>

namespace towline::app::logs {
namespace {

std::string name_of(std::string header, std::string body) {
  net::HttpReply reply;
  reply.status = 400;
  if (!header.empty()) reply.headers.emplace_back("x-amzn-errortype", std::move(header));
  reply.body = std::move(body);
  return error_name(reply);
}

TEST(LogsService, AnErrorsNameIsInOneOfThreePlaces) {
  EXPECT_EQ(name_of("A", R"({"__type":"B","code":"C"})"), "A");
  EXPECT_EQ(name_of("", R"({"__type":"B","code":"C"})"), "B");
  EXPECT_EQ(name_of("", R"({"code":"C"})"), "C");
  EXPECT_EQ(name_of("", "{}"), "");
  EXPECT_EQ(name_of("", "<html>"), "");
  EXPECT_EQ(name_of("", ""), "");
}

TEST(LogsService, AnErrorsNameStandsByItself) {
  EXPECT_EQ(name_of("A:http://internal.amazon.com/coral/", ""), "A");
  EXPECT_EQ(name_of("", R"({"__type":"com.amazon.coral.service#ThrottlingException"})"), "ThrottlingException");
}

}  // namespace
}  // namespace towline::app::logs
