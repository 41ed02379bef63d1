// What the command says without a daemon. The balance itself: app/admin_test.cpp.
#include "app/commands/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace towline::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(LedgerCommand, TellsHowToReachTheDaemon) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(ledger_command({.url = "http://127.0.0.1:1"}, out, err), 1);
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(err.str(), StartsWith("can't reach http://127.0.0.1:1/ledger: Connection refused\n"));
  EXPECT_THAT(err.str(), HasSubstr("`towline run`"));
  EXPECT_THAT(err.str(), HasSubstr("--url"));
}

}  // namespace
}  // namespace towline::app
