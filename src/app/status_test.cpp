// What the counters say becomes a status, and that JSON and back; who may have it as a stream.
#include "app/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/components.hpp"
#include "app/status_route.hpp"

namespace towline::app::status {
namespace {

using namespace std::chrono_literals;
using delivery::Breaker;
using telemetry::MetricId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

RootConfig config_of(std::string_view text) {
  config::Problems problems("test");
  auto config = load_config(
      text, [](std::string_view) { return std::nullopt; }, all_components(), problems);
  EXPECT_TRUE(config.has_value()) << problems.text();
  return std::move(*config);
}

constexpr std::string_view pipeline = R"(
health: { oldest_held_limit: 1m }
sources:
  app: { type: tcp, listen: "127.0.0.1:0" }
  other: { type: udp, listen: "127.0.0.1:0" }
transforms:
  clean:
    inputs: [app, other]
    steps: [ { rename: { a: b } }, { drop_if: '{ $.level = "DEBUG" }' } ]
    routes: { errors: '{ $.level = "ERROR" }' }
sinks:
  one: { type: console, inputs: [clean] }
  two: { type: console, inputs: [clean.errors, other] }
)";

const MonoTime now{1000s};

class StatusTest : public testing::Test {
 protected:
  Status status() { return make({config_, metrics_, sinks_, ledger_, now}); }
  telemetry::Instrument& metric(MetricId id, std::initializer_list<std::string_view> labels) {
    return metrics_.get(id, labels);
  }

  RootConfig config_ = config_of(pipeline);
  telemetry::Metrics metrics_;
  std::vector<delivery::Loop::SinkStatus> sinks_;
  telemetry::Ledger ledger_;
};

TEST_F(StatusTest, EverythingThatIsConfiguredIsThereBeforeAnythingMoves) {
  const Status found = status();
  ASSERT_EQ(found.sources.size(), 2U);
  EXPECT_EQ(found.sources[1].id, "other");
  EXPECT_EQ(found.sources[1].type, "udp");
  std::vector<std::string> transforms;
  for (const Transform& transform : found.transforms) transforms.push_back(transform.id);
  EXPECT_THAT(transforms, ElementsAre("clean", "clean.errors"));
  ASSERT_EQ(found.sinks.size(), 2U);
  EXPECT_EQ(found.sinks[0].type, "console");
  EXPECT_EQ(found.sinks[0].last_error_age, std::nullopt);
}

TEST_F(StatusTest, TheEdgesAreThoseOfTheConfiguration) {
  EXPECT_THAT(status().edges, ElementsAre(Edge{"app", "clean"}, Edge{"other", "clean"}, Edge{"clean", "clean.errors"},
                                          Edge{"clean", "one"}, Edge{"clean.errors", "two"}, Edge{"other", "two"}));
}

TEST_F(StatusTest, WhatPassesATransformFollowsFromTheCountersAroundIt) {
  metric(MetricId::source_received_records, {"app"}).add(100);
  metric(MetricId::source_received_bytes, {"app"}).add(12'345);
  metric(MetricId::source_invalid_records, {"app", "not_object"}).add(2);
  metric(MetricId::source_received_records, {"other"}).add(20);
  metric(MetricId::source_dropped_records, {"other", "full"}).add(5);
  metric(MetricId::transform_filtered_records, {"clean", "2_drop_if"}).add(15);
  metric(MetricId::step_errors, {"clean", "1_rename", "taken"}).add(1);
  metric(MetricId::step_errors, {"clean", "1_rename", "no_place"}).add(2);
  metric(MetricId::transform_filtered_records, {"clean.errors", "1_route"}).add(90);
  const Status found = status();
  EXPECT_EQ(found.sources[0].bytes, 12'345U);
  EXPECT_THAT(found.sources[0].invalid, ElementsAre(Pair("not_object", 2U)));
  EXPECT_THAT(found.sources[1].dropped, ElementsAre(Pair("full", 5U)));
  EXPECT_EQ(found.transforms[0].in, 115U);
  EXPECT_EQ(found.transforms[0].out, 100U);
  EXPECT_THAT(found.transforms[0].steps, ElementsAre(Step{"1_rename", 0, 3}, Step{"2_drop_if", 15, 0}));
  EXPECT_EQ(found.transforms[1].in, 100U);
  EXPECT_EQ(found.transforms[1].out, 10U);
}

TEST_F(StatusTest, CountersThatAreReadOneAfterTheOtherNeverMakeANegativeFlow) {
  metric(MetricId::source_received_records, {"app"}).add(10);
  metric(MetricId::transform_filtered_records, {"clean", "2_drop_if"}).add(11);
  EXPECT_EQ(status().transforms[0].out, 0U);
}

TEST_F(StatusTest, ASinkSaysHowItIsAndWhatWentWrong) {
  delivery::Loop::SinkStatus sick{"two", {Breaker::State::retrying, "503 Service Unavailable", 0, 0, now - 70s}};
  sick.now.resumes = now + 3s;
  sick.now.in_flight = 1;
  sick.now.held_bytes = 4096;
  sick.now.last_error = "503 Service Unavailable";
  sick.now.failed = now - 2s;
  sinks_ = {sick, {"one", {Breaker::State::healthy, "", 0, 0, MonoTime::max()}}};  // in the order of the streams
  ledger_.sinks = {{"one", 9, 7, 0, 0, {}, {}}, {"two", 9, 2, 4, 1, {{"full", 2}}, {}}};
  metric(MetricId::sink_in_flight_limit, {"two"}).set(8);
  metric(MetricId::sink_attempts, {"two", "retry"}).add(3);
  metric(MetricId::sink_dead_lettered_records, {"two", "rejected"}).add(1);
  const Status found = status();
  EXPECT_EQ(found.sinks[0].state, "healthy");
  EXPECT_EQ(found.sinks[0].delivered, 7U);
  EXPECT_EQ(found.sinks[0].retry_in, std::nullopt);
  const Sink& two = found.sinks[1];
  EXPECT_EQ(two.state, "retrying");
  EXPECT_EQ(two.cause, "503 Service Unavailable");
  EXPECT_TRUE(two.failing) << "70 s are more than the limit of a minute";
  EXPECT_EQ(two.retry_in, Seconds(3));
  EXPECT_EQ(two.last_error_age, Seconds(2));
  EXPECT_EQ(two.oldest_held, Seconds(70));
  EXPECT_EQ(two.held, 4U);
  EXPECT_EQ(two.held_bytes, 4096U);
  EXPECT_EQ(two.in_flight, 1U);
  EXPECT_EQ(two.in_flight_limit, 8U);
  EXPECT_THAT(two.attempts, ElementsAre(Pair("retry", 3U)));
  EXPECT_THAT(two.dead_letters, ElementsAre(Pair("rejected", 1U)));
  EXPECT_THAT(two.dropped, ElementsAre(Pair("full", 2U)));
}

TEST_F(StatusTest, AStreamIsDurableWhereItHasADisk) {
  metric(MetricId::stream_bytes, {"clean"}).set(100);
  metric(MetricId::stream_bytes, {"other"}).set(200);
  metric(MetricId::stream_disk_bytes, {"other"}).set(300);
  metric(MetricId::stream_disk_max_bytes, {"other"}).set(4000);
  metric(MetricId::stream_durable, {"other"}).set(0);
  EXPECT_THAT(status().streams,
              ElementsAre(Stream{"clean", false, true, 100, 0, 0, 0}, Stream{"other", true, false, 200, 300, 4000, 0}));
}

TEST_F(StatusTest, JsonAndBackIsTheSame) {
  metric(MetricId::source_received_records, {"app"}).add(100);
  metric(MetricId::stream_bytes, {"clean"}).set(100);
  sinks_ = {{"one", {Breaker::State::refused, "say \"hi\"\n", 3, 4, now - 1500ms}}};
  sinks_[0].now.resumes = now + 250ms;
  ledger_.sinks = {{"one", 9, 7, 2, 0, {{"full", 0}}, {{"clean.2_drop_if", 0}}}, {"two", 0, 0, 0, 0, {}, {}}};
  Status written = status();
  written.version = "1.2.3";
  written.phase = "running";
  written.time = "2026-01-01T00:00:00Z";
  written.uptime = Seconds(12.5);
  written.cpu_seconds = 0.125;
  written.memory_limit = 1;
  const std::string json = to_json(written);
  EXPECT_THAT(json, StartsWith(R"({"version":"1.2.3","time":"2026-01-01T00:00:00Z","phase":"running",)"
                               R"("uptime_seconds":12.500,)"));
  EXPECT_THAT(json, HasSubstr(R"("retry_in_seconds":0.250,"last_error":"","last_error_age_seconds":null)"));
  EXPECT_THAT(json, HasSubstr(R"("edges":[{"from":"app","to":"clean"},)"));
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  const Result<Status> read = from_json(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, written);
}

TEST_F(StatusTest, WhatIsNoStatusIsToldSo) {
  const std::string json = to_json(status());
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{}"), json.substr(0, json.size() / 2),
                                  std::string(R"({"version":1})")}) {
    EXPECT_FALSE(from_json(text)) << text;
  }
  std::string more = json;
  more.insert(1, R"("from_the_future":[1,{}],)");
  EXPECT_TRUE(from_json(more)) << "a newer daemon may say more";
}

class FixedClock final : public Clock {
 public:
  MonoTime now() const override { return time; }
  WallTime wall_now() const override { return {}; }
  MonoTime time{1s};
};

class StatusRouteTest : public testing::Test {
 protected:
  net::HttpServer::Response stream() {
    net::HttpServer::Request request;
    request.accept = "text/event-stream";
    return route_.get(request);
  }

  FixedClock clock_;
  int made_ = 0;
  AdminRoute route_ = status_route([this] { return "{" + std::to_string(++made_) + "}\n"; }, 2, clock_);
};

TEST_F(StatusRouteTest, AnswersOnceToWhoAsksOnce) {
  const net::HttpServer::Response answer = route_.get({});
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.body, "{1}\n");
  EXPECT_FALSE(answer.more);
}

TEST_F(StatusRouteTest, StreamsShareAnEventThatIsFresh) {
  const net::HttpServer::Response one = stream();
  const net::HttpServer::Response two = stream();
  EXPECT_EQ(one.content_type, "text/event-stream");
  EXPECT_EQ(one.more(), "data: {1}\n\n");
  EXPECT_EQ(two.more(), "data: {1}\n\n");
  clock_.time += one.period;
  EXPECT_EQ(two.more(), "data: {2}\n\n");
  EXPECT_EQ(one.more(), "data: {2}\n\n");
}

TEST_F(StatusRouteTest, OneStreamTooManyIsRefusedUntilAnotherOneEnds) {
  const net::HttpServer::Response one = stream();
  auto two = std::make_unique<net::HttpServer::Response>(stream());
  const net::HttpServer::Response three = stream();
  EXPECT_EQ(three.status, 503U);
  EXPECT_THAT(three.body, HasSubstr("admin.status_streams"));
  EXPECT_EQ(route_.get({}).status, 200U) << "asking once is always possible";
  two.reset();
  EXPECT_EQ(stream().status, 200U);
}

}  // namespace
}  // namespace towline::app::status
