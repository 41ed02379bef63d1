// The routes and the commands that ask them, over a real socket.
#include "app/admin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <sstream>
#include <thread>

#include "app/audit_view.hpp"
#include "app/commands/audit.hpp"
#include "app/commands/healthcheck.hpp"
#include "app/commands/ledger.hpp"
#include "net/http_ask.hpp"

namespace towline::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

// What the daemon would say; set before a question is asked.
struct State {
  Phase phase = Phase::running;
  std::vector<SinkHealth> sinks{{"betterstack", "healthy", "", 0s, false}, {"console", "healthy", "", 1900ms, false}};
  std::vector<std::string> unwell_streams;
  std::vector<telemetry::Audit::Row> audit{{"clean", "email", "user.mail", 3, WallTime(1s), WallTime(2s)}};
  telemetry::Ledger ledger{{{"betterstack", 1'000, 990, 10, 0, {}, {}}}};
};

class AdminTest : public testing::Test {
 protected:
  AdminTest() : server_({.listen = {"127.0.0.1", 0}}, io_.get_executor(), supervisor_) {
    AdminModel model{[this] { return state_.phase; },          [this] { return state_.sinks; },
                     [this] { return state_.unwell_streams; }, [this] { return state_.ledger; },
                     [] { return std::string("metric 1\n"); }, [this] { return state_.audit; }};
    serve_routes(server_, admin_routes(std::move(model)), gate_);
    EXPECT_TRUE(server_.open());
    url_ = "http://" + server_.address();
    server_.start();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~AdminTest() override {
    runtime::asio::post(io_, [this] { server_.stop(); });
    thread_.join();
  }

  net::HttpAnswer get(const std::string& path) {
    Result<net::HttpAnswer> reply = net::http_get(url_ + path, 5s);
    EXPECT_TRUE(reply) << path;
    return reply ? *reply : net::HttpAnswer{};
  }

  // Exit code, stdout and stderr in one line of text.
  std::string healthcheck(HealthQuestion question) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = healthcheck_command({.url = url_, .question = question}, out, err);
    return std::to_string(code) + "|" + out.str() + "|" + err.str();
  }

  std::string ledger(bool json) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = ledger_command({.admin = {.url = url_ + "/"}, .json = json}, out, err);
    return std::to_string(code) + "|" + out.str() + "|" + err.str();
  }

  std::string audit(bool json) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = audit_command({.admin = {.url = url_}, .json = json}, out, err);
    return std::to_string(code) + "|" + out.str() + "|" + err.str();
  }

  State state_;
  std::string url_;

 private:
  runtime::asio::io_context io_{1};
  runtime::Supervisor supervisor_;
  AdminGate gate_{config::SecretSource()};
  net::HttpServer server_;
  std::thread thread_;
};

TEST_F(AdminTest, IsLiveInEveryPhaseAndReadyInOne) {
  for (const Phase phase : {Phase::starting, Phase::running, Phase::draining}) {
    state_.phase = phase;
    EXPECT_EQ(get("/health/live").status, 200);
    EXPECT_EQ(get("/health/ready").status, phase == Phase::running ? 200 : 503);
  }
}

TEST_F(AdminTest, DeepHealthNamesTheFailingSinkAndTheCause) {
  EXPECT_EQ(get("/health/deep").status, 200);
  EXPECT_EQ(get("/health/deep").body,
            R"({"status":"ok","sinks":[{"sink":"betterstack","state":"healthy","cause":"","oldest_held_seconds":0},)"
            R"({"sink":"console","state":"healthy","cause":"","oldest_held_seconds":1}]})"
            "\n");
  state_.sinks[0] = {"betterstack", "refused", "403 \"Forbidden\"", 312s, true};
  EXPECT_EQ(get("/health/deep").status, 503);
  EXPECT_EQ(get("/health/deep").body,
            R"({"status":"failing","sinks":[{"sink":"betterstack","state":"refused","cause":"403 \"Forbidden\"",)"
            R"("oldest_held_seconds":312}]})"
            "\n");
}

TEST_F(AdminTest, ServesMetricsLedgerAuditAndIndex) {
  EXPECT_EQ(get("/metrics").body, "metric 1\n");
  EXPECT_EQ(get("/ledger").body, telemetry::to_json(state_.ledger));
  EXPECT_EQ(get("/audit").body, audit_json(state_.audit));
  EXPECT_THAT(get("/").body, HasSubstr("/health/ready"));
  EXPECT_EQ(get("/health").status, 404);
}

TEST_F(AdminTest, HealthcheckTellsYesFromNo) {
  EXPECT_EQ(healthcheck(HealthQuestion::live), "0|healthy: live\n|");
  EXPECT_EQ(healthcheck(HealthQuestion::ready), "0|healthy: ready\n|");
  EXPECT_THAT(healthcheck(HealthQuestion::deep), StartsWith("0|healthy: {\"status\":\"ok\""));
  state_.phase = Phase::draining;
  state_.sinks[1].failing = true;
  EXPECT_EQ(healthcheck(HealthQuestion::live), "0|healthy: live\n|");
  EXPECT_EQ(healthcheck(HealthQuestion::ready), "1||unhealthy: 503 draining\n");
  EXPECT_THAT(healthcheck(HealthQuestion::deep),
              StartsWith("1||unhealthy: 503 {\"status\":\"failing\",\"sinks\":[{\"sink\":\"console\""));
}

TEST_F(AdminTest, LedgerCommandShowsTheBalanceAndFailsWithoutOne) {
  EXPECT_EQ(ledger(false), "0|" + telemetry::to_table(state_.ledger) + "|");
  EXPECT_EQ(ledger(true), "0|" + telemetry::to_json(state_.ledger) + "|");
  state_.ledger.sinks[0].delivered = 900;
  EXPECT_EQ(ledger(false), "1|" + telemetry::to_table(state_.ledger) + "|");
}

TEST_F(AdminTest, AuditCommandShowsWhatWasRedactedWhere) {
  EXPECT_EQ(audit(true), "0|" + audit_json(state_.audit) + "|");
  EXPECT_EQ(audit(false),
            "0|transform  field      detector  count  first                           last\n"
            "clean      user.mail  email         3  1970-01-01T00:00:01.000000000Z  1970-01-01T00:00:02.000000000Z\n|");
  state_.audit.clear();
  EXPECT_EQ(audit(false), "0|transform  field  detector  count  first  last\n|");
}

TEST(AuditCommand, TellsHowToReachTheDaemon) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(audit_command({.admin = {.url = "http://127.0.0.1:1"}}, out, err), 1);
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(err.str(), StartsWith("can't reach http://127.0.0.1:1/audit: Connection refused\n"));
  EXPECT_THAT(err.str(), HasSubstr("--url"));
}

}  // namespace
}  // namespace towline::app
