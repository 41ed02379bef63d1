// Where the commands look, and what they say when nobody answers. The answers themselves: app/admin_test.cpp.
#include "app/commands/healthcheck.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/commands/admin_url.hpp"

namespace towline::app {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::string url_for(std::string_view url, const std::optional<std::string>& listen) {
  const Result<std::string> found = admin_url(url, listen);
  return found ? *found : "error: " + found.error().message;
}

TEST(AdminUrl, PrefersTheUserThenTheEnvironmentThenTheDefault) {
  EXPECT_EQ(url_for("", std::nullopt), "http://127.0.0.1:8686");
  EXPECT_EQ(url_for("", ""), "http://127.0.0.1:8686");
  EXPECT_EQ(url_for("", "127.0.0.1:9999"), "http://127.0.0.1:9999");
  EXPECT_EQ(url_for("http://towline:1/", "127.0.0.1:9999"), "http://towline:1");
}

TEST(AdminUrl, AsksThisMachineWhenTheDaemonListensEverywhere) {
  EXPECT_EQ(url_for("", ":8686"), "http://127.0.0.1:8686");
  EXPECT_EQ(url_for("", "0.0.0.0:8686"), "http://127.0.0.1:8686");
  EXPECT_EQ(url_for("", "[::]:8686"), "http://[::1]:8686");
  EXPECT_EQ(url_for("", "[::1]:8686"), "http://[::1]:8686");
}

TEST(AdminUrl, SaysWhatIsWrongWithTheEnvironment) {
  EXPECT_THAT(url_for("", "nonsense"), StartsWith("error: TOWLINE_ADMIN_LISTEN: "));
  EXPECT_THAT(url_for("", "off"), StartsWith("error: TOWLINE_ADMIN_LISTEN is off"));
}

TEST(Healthcheck, IsUnhealthyWhenNobodyAnswers) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(healthcheck_command({.url = "http://127.0.0.1:1"}, out, err), 1);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str(), "unhealthy: can't reach http://127.0.0.1:1/health/ready: Connection refused\n");
}

TEST(Healthcheck, IsUnhealthyWhenTheUrlIsNone) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(healthcheck_command({.url = "", .admin_listen = "x"}, out, err), 1);
  EXPECT_THAT(err.str(), StartsWith("unhealthy: TOWLINE_ADMIN_LISTEN"));
  EXPECT_THAT(err.str(), EndsWith("\n"));
}

}  // namespace
}  // namespace towline::app
