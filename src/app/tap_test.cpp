// One tap: what it shows, what it skips; and where taps may be.
#include "app/tap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "app/components.hpp"
#include "app/tap_hub.hpp"
#include "codec/gzip.hpp"

namespace towline::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// Records stay where they were parsed.
class Records {
 public:
  record::Record& parse(const std::string& json) {
    text_ = json + std::string(record::padding, '\0');
    EXPECT_EQ(record_.parse(std::string_view(text_).substr(0, json.size()), WallTime(1s)), record::ParseError::none);
    return record_;
  }

 private:
  std::string text_;
  record::Record record_;
};

std::vector<std::string> all(Tap& tap) {
  std::vector<std::string> records;
  while (std::optional<std::string> record = tap.next()) records.push_back(std::move(*record));
  return records;
}

class TapTest : public testing::Test {
 protected:
  void take(Tap& tap, const std::string& json, MonoTime now = MonoTime(1s)) {
    tap.take(records_.parse(json), now, "dt");
  }

  Records records_;
};

TEST_F(TapTest, ShowsRecordsAsASinkGetsThemAndLeavesThemAsTheyWere) {
  Tap tap({});
  record::Record& record = records_.parse(R"({"a":1})");
  tap.take(record, MonoTime(1s), "dt");
  std::string after;
  record.write(after);
  EXPECT_EQ(after, R"({"a":1})");
  take(tap, R"({"dt":"x"})");
  EXPECT_THAT(all(tap), ElementsAre(R"({"dt":"1970-01-01T00:00:01.000000000Z","a":1})", R"({"dt":"x"})"));
  EXPECT_EQ(tap.take_skipped(), 0U);
  EXPECT_FALSE(tap.is_finished());
}

TEST_F(TapTest, AFilterPicksWithoutCountingTheOthers) {
  Tap tap({.filter = *condition::Condition::parse("{ $.status >= 500 }")});
  for (const char* json : {R"({"status":200})", R"({"status":503})", R"({"status":"x"})"}) take(tap, json);
  EXPECT_EQ(all(tap).size(), 1U);
  EXPECT_EQ(tap.take_skipped(), 0U);
}

TEST_F(TapTest, ShowsSoManyASecondAndCountsTheRest) {
  Tap tap({.records_per_second = 10});
  for (int i = 0; i < 25; ++i) take(tap, "{}");
  EXPECT_EQ(all(tap).size(), 10U);
  EXPECT_EQ(tap.take_skipped(), 15U);
  EXPECT_EQ(tap.take_skipped(), 0U);
  for (int i = 0; i < 25; ++i) take(tap, "{}", MonoTime(1500ms));
  EXPECT_EQ(all(tap).size(), 5U);
  for (int i = 0; i < 25; ++i) take(tap, "{}", MonoTime(1h));  // a rest saves up a second's worth
  EXPECT_EQ(all(tap).size(), 10U);
}

TEST_F(TapTest, LosesWhatAReaderDoesNotTake) {
  Tap tap({.records_per_second = 10'000});
  const std::string json = R"({"dt":"x","text":")" + std::string(30'000, 'x') + R"("})";
  for (int i = 0; i < 20; ++i) take(tap, json);
  EXPECT_EQ(tap.take_skipped(), 12U);
  EXPECT_EQ(all(tap).size(), Tap::ready_bytes_max / json.size());
  take(tap, R"({"dt":"x","text":")" + std::string(Tap::ready_bytes_max, 'x') + R"("})");
  EXPECT_THAT(all(tap), ElementsAre());
  EXPECT_EQ(tap.take_skipped(), 1U);
}

TEST_F(TapTest, ItsFilterLooksAtSoMuchASecond) {
  Tap tap({.filter = *condition::Condition::parse("nowhere"), .records_per_second = 10'000});
  const std::string json = R"({"text":")" + std::string(50'000, 'x') + R"("})";
  for (int i = 0; i < 200; ++i) take(tap, json);
  EXPECT_GE(tap.take_skipped(), 200 - Tap::examined_bytes_per_second / 50'000 - 1);  // and for its time
  take(tap, json, MonoTime(3s));
  EXPECT_EQ(tap.take_skipped(), 0U);
}

TEST_F(TapTest, ASlowFilterLooksForSoLongASecond) {
  Tap tap({.filter = *condition::Condition::parse("%[ab]*a[ab]{400}c%"), .records_per_second = 10'000});
  std::string text;
  std::mt19937 random(1);
  for (int i = 0; i < 50'000; ++i) text += random() % 2 == 0 ? 'a' : 'b';
  const std::string json = R"({"text":")" + text + R"("})";
  for (int i = 0; i < 20; ++i) take(tap, json);
  EXPECT_GT(tap.take_skipped(), 10U);
  take(tap, json, MonoTime(1h));
  EXPECT_EQ(tap.take_skipped(), 0U);
}

TEST_F(TapTest, ItsFilterLooksAtNoLongRecord) {
  const std::string json = R"({"text":")" + std::string(Tap::examined_bytes_max, 'x') + R"("})";
  Tap filtered({.filter = *condition::Condition::parse("xx")});
  take(filtered, json);
  EXPECT_EQ(filtered.take_skipped(), 1U);
  Tap all_of_it({});
  take(all_of_it, json);
  EXPECT_EQ(all(all_of_it).size(), 1U);
}

TEST_F(TapTest, IsFinishedAtItsLimit) {
  Tap tap({.limit = 2});
  for (int i = 0; i < 5; ++i) take(tap, "{}");
  EXPECT_FALSE(tap.is_finished());
  EXPECT_EQ(all(tap).size(), 2U);
  EXPECT_TRUE(tap.is_finished());
  EXPECT_EQ(tap.take_skipped(), 0U);
}

TEST_F(TapTest, WatchesUntilNobodyHoldsIt) {
  TapPoint point;
  auto one = std::make_shared<Tap>(Tap::Options());
  auto two = std::make_shared<Tap>(Tap::Options());
  point.add(one, "");
  point.add(two, "time");
  point.pass(records_.parse("{}"), MonoTime(1s));
  EXPECT_THAT(all(*one), ElementsAre("{}"));
  one.reset();
  point.pass(records_.parse("{}"), MonoTime(1s));
  EXPECT_THAT(all(*two), ElementsAre(HasSubstr("\"time\":"), HasSubstr("\"time\":")));
}

constexpr std::string_view pipeline = R"(
sources:
  app: { type: tcp, listen: "127.0.0.1:0" }
  raw: { type: udp, listen: "127.0.0.1:0" }
transforms:
  first: { inputs: [app], steps: [ { set: { a: 1 } } ] }
  clean: { inputs: [first], steps: [ { redact: {} } ] }
  last: { inputs: [clean], steps: [ { set: { b: 1 } } ] }
sinks:
  one: { type: console, inputs: [clean] }
  two: { type: console, inputs: [last], time_field: time }
  three: { type: console, inputs: [raw, last] }
  archive: { type: console, inputs: [app] }
admin: { tap: { max: 2 } }
)";

class TapHubTest : public testing::Test {
 protected:
  explicit TapHubTest(std::string_view text = pipeline)
      : config_(config_of(text)),
        plans_(plan_streams(config_)),
        stages_(config_, {metrics_, audit_, facts_, log_metrics_}) {
    for (const StreamPlan& plan : plans_) {
      streams_.emplace_back(stream::Stream::Options{}, budget_, compressor_, held_, nullptr);
      writers_.emplace_back(stream::Writer::Options{.time_field = plan.time_field}, streams_.back(), accepted_);
      for (const std::string& input : plan.inputs) stages_.at(input).outputs.push_back(&writers_.back());
    }
    hub_.emplace(config_, plans_, stages_);
  }

  static RootConfig config_of(std::string_view text) {
    config::Problems problems("test");
    auto config = load_config(
        text, [](std::string_view) { return std::nullopt; }, all_components(), problems);
    EXPECT_TRUE(config.has_value()) << problems.text();
    return std::move(*config);
  }

  TapRefusal refusal(std::string_view place) { return hub_->open(place, {}).refusal; }

  std::vector<std::string> seen_at(std::string_view place, const std::string& json) {
    const OpenedTap opened = hub_->open(place, {});
    EXPECT_NE(opened.tap, nullptr) << place;
    if (opened.tap == nullptr) return {};
    stages_.at("app").process(records_.parse(json), MonoTime(1s), {});
    return all(*opened.tap);
  }

  RootConfig config_;
  std::vector<StreamPlan> plans_;
  telemetry::Metrics metrics_;
  telemetry::Audit audit_;
  telemetry::LogMetrics log_metrics_;
  Facts facts_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument held_;
  telemetry::Instrument accepted_;
  std::deque<stream::Stream> streams_;
  std::deque<stream::Writer> writers_;
  Stages stages_;
  std::optional<TapHub> hub_;
  Records records_;
};

TEST_F(TapHubTest, NobodySeesWhatIsStillToBeRedacted) {
  EXPECT_EQ(refusal("app"), TapRefusal::not_redacted_yet);
  EXPECT_EQ(refusal("first"), TapRefusal::not_redacted_yet);
  EXPECT_EQ(refusal("archive"), TapRefusal::not_redacted_yet) << "what app sends elsewhere is redacted";
  for (const char* place : {"", "raw", "clean", "last", "one", "two", "three"})
    EXPECT_EQ(refusal(place), TapRefusal::none) << place;
  EXPECT_EQ(refusal("nowhere"), TapRefusal::unknown_place);
  EXPECT_EQ(hub_->places(), "clean, last, one, raw, three, two");
}

TEST_F(TapHubTest, ShowsWhatComesOutOfAPlace) {
  const std::string json = R"({"dt":"x","time":"y","mail":"jane@example.org"})";
  const std::string clean = R"({"dt":"x","time":"y","mail":"j***@example.org","a":1})";
  const std::string last = R"({"dt":"x","time":"y","mail":"j***@example.org","a":1,"b":1})";
  EXPECT_THAT(seen_at("clean", json), ElementsAre(clean));
  EXPECT_THAT(seen_at("one", json), ElementsAre(clean));
  EXPECT_THAT(seen_at("last", json), ElementsAre(last));
  EXPECT_THAT(seen_at("three", json), ElementsAre(last));
  EXPECT_THAT(seen_at("two", R"({"dt":"x"})"), ElementsAre(HasSubstr(R"("time":"1970-)")));
  EXPECT_THAT(seen_at("", json), ElementsAre(clean, last));
  EXPECT_THAT(seen_at("raw", json), ElementsAre());
}

TEST_F(TapHubTest, WhatIsSetAsideIsNotShown) {
  const OpenedTap opened = hub_->open("", {});
  stages_.at("app").process(records_.parse("{}"), MonoTime(1s), "invalid");
  EXPECT_THAT(all(*opened.tap), ElementsAre());
}

TEST_F(TapHubTest, ThereAreSoManyAtOnce) {
  OpenedTap one = hub_->open("clean", {});
  const OpenedTap two = hub_->open("", {});
  EXPECT_EQ(refusal("clean"), TapRefusal::too_many);
  one.tap.reset();
  EXPECT_EQ(refusal("clean"), TapRefusal::none);
}

class UnredactedTapHubTest : public TapHubTest {
 protected:
  UnredactedTapHubTest()
      : TapHubTest(R"(
sources:
  app: { type: tcp, listen: "127.0.0.1:0" }
sinks:
  one: { type: console, inputs: [app], filter: "{ $.a = 1 }" }
)") {}
};

TEST_F(UnredactedTapHubTest, WithoutARedactStepEverythingIsShown) {
  EXPECT_EQ(seen_at("app", R"({"dt":"x","a":2})").size(), 1U);
  EXPECT_EQ(seen_at("one", R"({"dt":"x","a":2})").size(), 0U);
  EXPECT_EQ(seen_at("one", R"({"dt":"x","a":1})").size(), 1U);
}

}  // namespace
}  // namespace towline::app
