// For tests of the sink: one that is built as its tests want it, and batches for it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/test_support.hpp"
#include "net/outbound.hpp"
#include "sinks/cloudwatch/cloudwatch.hpp"
#include "sinks/cloudwatch/service_test_support.hpp"

namespace towline::cloudwatch {

using namespace std::chrono_literals;
using component::Batch;
using component::Outcome;
using component::Status;

// The machine's clock, ahead of or behind itself.
class ShiftedClock final : public Clock {
 public:
  MonoTime now() const override { return MonoClock::now() + Duration(shift_.load()); }
  WallTime wall_now() const override { return SystemClock().wall_now(); }
  void shift(Duration by) { shift_ = by.count(); }

 private:
  std::atomic<Duration::rep> shift_ = 0;
};

// An attempt at a time, over real sockets.
class CloudWatch : public testing::Test {
 protected:
  CloudWatch() { facts_.set("host.name", "web-1"); }

  // `settings`: more of them, as YAML.
  CloudWatchSink& sink(const Service& service, const std::string& settings = "", const std::string& keys = "") {
    const std::string text = "{ endpoint: \"" + service.url() + "\", region: eu-west-1" +
                             (keys.empty() ? ", access_key_id: AKID, secret_access_key: s3cret" : keys) + ", group: g" +
                             (settings.empty() ? "" : ", ") + settings + " }";
    config::Problems problems("test");
    config_ = cloudwatch_schema().parse(config::test::node_of(text), problems);
    EXPECT_TRUE(config_.has_value()) << problems.text();
    sink_.emplace(*config_, component::SinkContext{"out", outbound_, compressor_, metrics_, budget_, facts_},
                  config::test::environment(environment_), clock_);
    return *sink_;
  }

  Batch batch(const std::vector<std::string>& records) {
    auto chunk = std::make_shared<record::Chunk>();
    chunk->first_seq = next_seq_;
    chunk->epoch = 77;
    chunk->received = clock_.wall_now();
    for (const std::string& record : records) chunk->plain += record + "\n";
    chunk->records = static_cast<std::uint32_t>(records.size());
    chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
    Batch batch;
    batch.slices.push_back({chunk, 0, chunk->records});
    batch.first_seq = next_seq_;
    batch.records = chunk->records;
    batch.key = "key";
    next_seq_ += chunk->records;
    return batch;
  }

  static Batch part(const Batch& whole, std::uint32_t first, std::uint32_t records) {
    Batch batch = whole;
    batch.slices.front().first = first;
    batch.slices.front().records = records;
    batch.first_seq += first;
    batch.records = records;
    return batch;
  }

  // When the service has answered once, the sink knows what time it is.
  CloudWatchSink& told_the_time(CloudWatchSink& out) {
    EXPECT_EQ(attempt(out, batch({"{}"})).status, Status::delivered);
    next_seq_ = 0;
    return out;
  }

  std::vector<Outcome> attempt_all(CloudWatchSink& sink, const std::vector<const Batch*>& batches) {
    std::vector<std::optional<Outcome>> outcomes(batches.size());
    for (std::size_t i = 0; i < batches.size(); ++i) {
      sink.attempt(*batches[i], [&outcomes, i](Outcome outcome) {
        EXPECT_FALSE(outcomes[i].has_value()) << "an attempt ends once";
        outcomes[i] = std::move(outcome);
      });
    }
    const MonoTime deadline = MonoClock::now() + 20s;
    const auto ended = [&] {
      return std::all_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) { return outcome.has_value(); });
    };
    while (!ended() && MonoClock::now() < deadline) outbound_.poll(deadline);
    EXPECT_TRUE(ended());
    std::vector<Outcome> list;
    for (auto& outcome : outcomes) list.push_back(outcome.value_or(Outcome{Status::rejected, -1, "no outcome", {}}));
    return list;
  }
  Outcome attempt(CloudWatchSink& sink, const Batch& batch) { return attempt_all(sink, {&batch}).front(); }

  static std::string set_aside(const Outcome& outcome) {
    std::string text;
    for (const component::SetAside& each : outcome.set_aside)
      text += std::to_string(each.first_seq) + "+" + std::to_string(each.records) + " " + each.reason + ";";
    return text;
  }

  std::string at(Duration offset) const {
    const auto time = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now() + offset).time_since_epoch();
    return std::to_string(time.count());
  }

  // Credentials come from this shell script, which is run for each fetch.
  void set_process(const std::string& script) {
    folder_ = testing::TempDir() + "cloudwatch_" + std::to_string(getpid());
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "/script") << script;
    std::ofstream(folder_ + "/config") << "[default]\ncredential_process = cd " << folder_ << " && sh ./script\n";
    environment_ = {{"AWS_CONFIG_FILE", folder_ + "/config"}, {"AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"}};
  }
  ~CloudWatch() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  std::string folder_;
  ShiftedClock clock_;
  net::Outbound outbound_;
  codec::Compressor compressor_;
  telemetry::Metrics metrics_;
  MemoryBudget budget_{64 << 20};
  Facts facts_;
  std::map<std::string, std::string, std::less<>> environment_;
  std::optional<CloudWatchConfig> config_;
  std::optional<CloudWatchSink> sink_;
  std::uint64_t next_seq_ = 0;
};

inline const std::vector<std::string> two{R"({"a":1})", R"({"b":"\"\\ ä"})"};

}  // namespace towline::cloudwatch
