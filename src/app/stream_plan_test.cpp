#include "app/stream_plan.hpp"

#include <gtest/gtest.h>

#include "app/components.hpp"
#include "app/ledger_view.hpp"

namespace towline::app {
namespace {

RootConfig config_of(std::string_view text) {
  config::Problems problems("test");
  auto config = load_config(
      text, [](std::string_view) { return std::nullopt; }, all_components(), problems);
  EXPECT_TRUE(config.has_value()) << problems.text();
  return std::move(*config);
}

constexpr std::string_view two_paths = R"(
sources:
  app: { type: tcp, listen: "127.0.0.1:0" }
  other: { type: udp, listen: "127.0.0.1:0" }
transforms:
  clean: { inputs: [app, other], steps: [ { remove: [a] } ] }
  more: { inputs: [clean], steps: [ { set: { b: 1 } } ] }
sinks:
  one: { type: console, inputs: [clean] }
  two: { type: http, url: "http://localhost/", inputs: [clean], batch: { bytes: 1000, records: 7, age: 20ms } }
  three: { type: console, inputs: [more, clean] }
  four: { type: console, inputs: [clean], time_field: time }
)";

TEST(StreamPlan, SinksThatReadTheSameWayShareAStream) {
  const RootConfig config = config_of(two_paths);
  const std::vector<StreamPlan> plans = plan_streams(config);
  ASSERT_EQ(plans.size(), 3U);
  EXPECT_EQ(plans[0].id, "clean");
  EXPECT_EQ(plans[0].sinks, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(plans[1].id, "clean+more");
  EXPECT_EQ(plans[1].sinks, (std::vector<std::size_t>{2}));
  EXPECT_EQ(plans[2].id, "clean:time");
  EXPECT_EQ(plans[2].time_field, "time");
}

TEST(StreamPlan, LongNamesStayApart) {
  const std::string long_id(60, 'a');
  std::string text = "sources:\n";
  for (const char* end : {"1", "2", "3"}) text += "  " + long_id + end + ": { type: tcp, listen: \"127.0.0.1:0\" }\n";
  text += "sinks:\n  x: { type: console, inputs: [" + long_id + "1, " + long_id + "2] }\n";
  text += "  y: { type: console, inputs: [" + long_id + "1, " + long_id + "3] }\n";
  const std::vector<StreamPlan> plans = plan_streams(config_of(text));
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_NE(plans[0].id, plans[1].id);
  EXPECT_LE(plans[0].id.size(), 100U);
}

TEST(StreamPlan, ChunksFitTheSmallestBatch) {
  const std::vector<StreamPlan> plans = plan_streams(config_of(two_paths));
  EXPECT_EQ(plans[0].chunk_bytes, 1000U);
  EXPECT_EQ(plans[0].chunk_records, 7U);
  EXPECT_EQ(plans[0].linger, std::chrono::milliseconds(20));
  EXPECT_EQ(plans[1].chunk_bytes, 256U * 1024);
  EXPECT_EQ(plans[1].linger, std::chrono::milliseconds(100));
}

class LedgerView : public testing::Test {
 protected:
  void add(telemetry::MetricId id, std::initializer_list<std::string_view> labels, std::uint64_t n) {
    metrics_.get(id, labels).add(n);
  }
  telemetry::Ledger ledger(std::uint64_t settled) const {
    delivery::Loop::SinkStatus one{"one", {}};
    one.now.settled = settled;
    return make_ledger(config_, plan_streams(config_), metrics_, {one});
  }

  RootConfig config_ = config_of(two_paths);
  telemetry::Metrics metrics_;
};

TEST_F(LedgerView, AddsUpWhatEnteredOnEveryPath) {
  using enum telemetry::MetricId;
  add(source_received_records, {"app"}, 100);
  add(source_received_records, {"other"}, 10);
  add(source_dropped_records, {"other", "invalid_json"}, 4);
  add(transform_filtered_records, {"clean", "1_remove"}, 6);
  add(stream_appended_records, {"clean"}, 100);
  add(stream_appended_records, {"clean+more"}, 199);
  add(transform_filtered_records, {"more", "1_set"}, 1);
  add(sink_delivered_records, {"one"}, 70);
  add(sink_dead_lettered_records, {"one", "rejected"}, 5);
  add(sink_dropped_records, {"one", "no_data_dir"}, 3);

  const telemetry::Ledger result = ledger(78);
  const telemetry::SinkBalance& one = result.sinks[0];
  EXPECT_EQ(one.received, 110U);
  EXPECT_EQ(one.delivered, 70U);
  EXPECT_EQ(one.dead_lettered, 5U);
  EXPECT_EQ(one.held, 22U);
  EXPECT_EQ(one.dropped, (std::map<std::string, std::uint64_t>{{"invalid_json", 4}, {"no_data_dir", 3}}));
  EXPECT_EQ(one.filtered, (std::map<std::string, std::uint64_t>{{"clean.1_remove", 6}}));
  EXPECT_EQ(one.difference(), 0);

  const telemetry::SinkBalance& three = result.sinks[2];
  EXPECT_EQ(three.received, 220U) << "each record reaches it on two paths";
  EXPECT_EQ(three.filtered_total(), 13U);
  EXPECT_EQ(three.held, 199U);
  EXPECT_EQ(three.difference(), 0);
}

TEST_F(LedgerView, ARecordThatWentNowhereShows) {
  using enum telemetry::MetricId;
  add(source_received_records, {"app"}, 5);
  add(stream_appended_records, {"clean"}, 4);
  EXPECT_EQ(ledger(0).sinks[0].difference(), 1);
}

}  // namespace
}  // namespace towline::app
