#include "app/admin_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace towline::app {
namespace {

using testing::HasSubstr;
using Request = net::HttpServer::Request;

Request with(std::string_view authorization) {
  Request request;
  request.host = "localhost:8686";
  request.authorization = authorization;
  return request;
}

unsigned status(AdminGate& gate, const Request& request, Access access) {
  const std::optional<net::HttpServer::Response> refused = gate.refuse(request, access);
  return refused ? refused->status : 200;
}

TEST(AdminGate, WithoutATokenAllIsOpenButWhatNeverIs) {
  AdminGate gate{config::SecretSource()};
  ASSERT_TRUE(gate.open());
  EXPECT_FALSE(gate.has_configured_token());
  EXPECT_EQ(status(gate, with(""), Access::open), 200U);
  EXPECT_EQ(status(gate, with(""), Access::configured), 200U);
  EXPECT_EQ(status(gate, with(""), Access::always_token), 403U);
  EXPECT_EQ(status(gate, with("Bearer "), Access::always_token), 403U);
  gate.set_own_token(Secret("abc"));
  EXPECT_EQ(status(gate, with(""), Access::configured), 200U);
  EXPECT_EQ(status(gate, with("Bearer abc"), Access::always_token), 200U);
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer ab", "Bearer abd", "Bearer abcd", "abc", "Basic abc"})
    EXPECT_EQ(status(gate, with(wrong), Access::always_token), 401U) << wrong;
}

TEST(AdminGate, AConfiguredTokenIsWantedEverywhereButWhereAllIsOpen) {
  AdminGate gate{config::SecretSource::literal(Secret("abc"))};
  ASSERT_TRUE(gate.open());
  EXPECT_EQ(status(gate, with(""), Access::open), 200U);
  for (const Access access : {Access::configured, Access::always_token}) {
    EXPECT_EQ(status(gate, with("Bearer abc"), access), 200U);
    EXPECT_EQ(status(gate, with("Bearer abC"), access), 401U);
    const auto refused = gate.refuse(with(""), access);
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->headers, testing::Contains(testing::Pair("WWW-Authenticate", "Bearer")));
  }
}

TEST(AdminGate, ReadsATokenFileAgain) {
  const std::string path = testing::TempDir() + "admin_gate_" + std::to_string(getpid());
  std::ofstream(path) << "one\n";
  AdminGate gate{config::SecretSource::file(path)};
  ASSERT_TRUE(gate.open());
  EXPECT_EQ(status(gate, with("Bearer one"), Access::configured), 200U);
  std::ofstream(path) << "number two\n";
  EXPECT_EQ(status(gate, with("Bearer one"), Access::configured), 401U);
  EXPECT_EQ(status(gate, with("Bearer number two"), Access::configured), 200U);
  std::filesystem::remove(path);  // what was true stays so
  EXPECT_EQ(status(gate, with("Bearer number two"), Access::configured), 200U);
  AdminGate without_file{config::SecretSource::file(path)};
  const Result<void> opened = without_file.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("admin.token: the secret file"));
}

TEST(AdminGate, PagesOfOthersMayAskNothing) {
  AdminGate gate{config::SecretSource()};
  Request request = with("");
  for (const char* origin : {"http://localhost:8686", "https://localhost:8686"}) {
    request.origin = origin;
    EXPECT_EQ(status(gate, request, Access::configured), 200U) << origin;
  }
  for (const char* origin :
       {"null", "http://evil.example", "http://localhost:8687", "http://localhost:8686.evil.example"}) {
    request.origin = origin;
    EXPECT_EQ(status(gate, request, Access::configured), 403U) << origin;
    EXPECT_EQ(status(gate, request, Access::open), 200U) << origin;
  }
  AdminGate guarded{config::SecretSource::literal(Secret("abc"))};
  ASSERT_TRUE(guarded.open());
  request.authorization = "Bearer abc";  // no page knows it by itself
  EXPECT_EQ(status(guarded, request, Access::configured), 200U);
}

}  // namespace
}  // namespace towline::app
