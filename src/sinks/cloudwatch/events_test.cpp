#include "sinks/cloudwatch/events.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "codec/gzip.hpp"

namespace towline::cloudwatch {
namespace {

using component::Outcome;
using std::chrono::hours;
using std::chrono::milliseconds;

const WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + hours(12)};
const std::int64_t now_ms = unix_ms(now);

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    facts_.set("host.name", "web-1");
    config_.group.text = *record::Template::parse("g");
  }

  static std::shared_ptr<record::Chunk> chunk(const std::vector<std::string>& records, WallTime received) {
    auto chunk = std::make_shared<record::Chunk>();
    for (const std::string& record : records) chunk->plain += record + "\n";
    chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
    chunk->records = static_cast<std::uint32_t>(records.size());
    chunk->received = received;
    return chunk;
  }
  void add(std::shared_ptr<record::Chunk> chunk, std::uint32_t first, std::uint32_t records) {
    batch_.slices.push_back({std::move(chunk), first, records});
    batch_.records += records;
  }
  void add(const std::vector<std::string>& records, WallTime received = now - hours(1)) {
    add(chunk(records, received), 0, static_cast<std::uint32_t>(records.size()));
  }

  // "group/stream time message;" of every event, and what is set aside.
  std::string read(std::vector<Verdict> known = {}) {
    known.resize(batch_.records, Verdict::open);
    attempt_.emplace(batch_, std::move(known), [](const Outcome&) {});
    std::string text;
    std::vector<std::string> parts;
    std::size_t count = 0;
    for (const auto& [destination, events] : EventReader(config_, facts_).read(*attempt_, {now})) {
      std::string part = destination.group + "/" + destination.stream + ":";
      for (const Event& event : events) {
        part += " " + std::to_string(event.time_ms - now_ms) + " " + std::string(event.message) + ";";
        attempt_->settle(event.record, Verdict::taken);
        ++count;
      }
      parts.push_back(part);
    }
    std::sort(parts.begin(), parts.end());
    for (const std::string& part : parts) text += part;
    EXPECT_TRUE(attempt_->has_ended()) << "it expects the events that there are";
    for (const component::SetAside& each : attempt_->outcome().set_aside)
      text += "|" + std::to_string(each.first_seq) + "+" + std::to_string(each.records) + " " + each.reason;
    return text;
  }

  CloudWatchConfig config_;
  Facts facts_;
  component::Batch batch_;
  std::optional<Attempt> attempt_;
};

TEST_F(EventsTest, TheTimeIsTheRecordsElseThatOfItsReceipt) {
  add({R"({"dt":"2026-11-20T11:59:59.5Z","a":1})", R"({"a":1,"dt":1795175999})", R"({"a":1})", R"({"dt":"soon"})"});
  EXPECT_EQ(read(), R"(g/web-1: -500 {"dt":"2026-11-20T11:59:59.5Z","a":1}; -1000 {"a":1,"dt":1795175999};)"
                    R"( -3600000 {"a":1}; -3600000 {"dt":"soon"};)");
}

TEST_F(EventsTest, WithoutATimeFieldItIsThatOfItsReceipt) {
  config_.delivery.time_field = "";
  add({R"({"dt":"2026-11-20T11:59:59Z"})"});
  EXPECT_EQ(read(), R"(g/web-1: -3600000 {"dt":"2026-11-20T11:59:59Z"};)");
}

TEST_F(EventsTest, WhatTowlineSaysItselfHasNoReceiptAndIsOfNow) {
  config_.delivery.time_field = "";
  add({R"({"a":1})"}, WallTime{});
  EXPECT_EQ(read(), R"(g/web-1: 0 {"a":1};)");
}

TEST_F(EventsTest, TheEdgesOfTheWindowAreInside) {
  const auto record = [](std::int64_t offset) { return R"({"dt":)" + std::to_string(now_ms + offset) + "}"; };
  const std::int64_t day = 86'400'000;
  add({record(-14 * day), record(-14 * day - 1), record(2 * 3'600'000), record(2 * 3'600'000 + 1)});
  EXPECT_EQ(read(), "g/web-1: -1209600000 " + record(-14 * day) + "; 7200000 " + record(7'200'000) +
                        ";|1+1 too_old|3+1 too_new");
}

TEST_F(EventsTest, RecordsGoWhereTheirFieldsSay) {
  config_.group.text = *record::Template::parse("/{service}");
  config_.stream.text = *record::Template::parse("{host.name}-%d");
  add({R"({"service":"a","n":1})", R"({"service":"b"})", R"({"n":2})", R"({"service":"a","n":3})"});
  EXPECT_EQ(read(), R"(/a/web-1-20: -3600000 {"service":"a","n":1}; -3600000 {"service":"a","n":3};)"
                    R"(/b/web-1-20: -3600000 {"service":"b"};/unknown/web-1-20: -3600000 {"n":2};)");
}

TEST_F(EventsTest, ATimeInANameIsThatOfTheChunksReceipt) {
  config_.stream.text = *record::Template::parse("%Y-%m-%d");
  add({"{}"}, now - hours(13));
  add({"{}"}, now - hours(1));
  EXPECT_EQ(read(), "g/2026-11-19: -46800000 {};g/2026-11-20: -3600000 {};");
}

TEST_F(EventsTest, AFieldIsTheMessage) {
  config_.message.path = *record::Path::parse("log.text");
  add({R"({"log":{"text":"a\n\u00e4\"b"}})", R"({"log":{"text":{"x": 1}}})", R"({"log":{"text":7}})", R"({"log":1})",
       R"({"log":{"text":""}})", R"({"_aws":{},"log":{"text":"x"}})", R"({"_aws":1,"log":{"text":"y"}})"});
  EXPECT_EQ(read(),
            "g/web-1: -3600000 a\n\xC3\xA4\"b; -3600000 {\"x\": 1}; -3600000 7; -3600000 {\"log\":1};"
            R"( -3600000 {"_aws":{},"log":{"text":"x"}}; -3600000 y;|4+1 empty)");
}

TEST_F(EventsTest, WhatIsKnownAlreadyIsLeftOut) {
  add({R"({"n":0})", R"({"n":1})", R"({"n":2})"});
  EXPECT_EQ(read({Verdict::taken, Verdict::open, Verdict::expired}), R"(g/web-1: -3600000 {"n":1};|2+1 expired)");
}

TEST_F(EventsTest, PackedChunksAndPartsOfChunksAreRead) {
  codec::Compressor compressor;
  auto packed = chunk({R"({"n":0})", R"({"n":1})", R"({"n":2})"}, now);
  codec::pack(*packed, compressor, codec::GzipLevel::fast);
  add(packed, 1, 2);
  add(chunk({R"({"n":3})", R"({"n":4})"}, now), 1, 1);
  EXPECT_EQ(read(), R"(g/web-1: 0 {"n":1}; 0 {"n":2}; 0 {"n":4};)");
  EXPECT_GT(attempt_->stored_bytes(), 0U);
}

TEST_F(EventsTest, LongMessagesAreCutAsIsAskedFor) {
  const std::string record = R"({"a":")" + std::string(message_bytes_max, 'x') + "\"}";
  add({record, std::string(R"({"_aws":{},)") + record.substr(1)});
  const std::string split = read();
  EXPECT_NE(split.find(" [towline: record 0, part 1 of 2];"), std::string::npos);
  EXPECT_NE(split.find("x\"} [towline: record 0, part 2 of 2];|1+1 too_large"), std::string::npos);
  config_.long_events = LongEvents::truncate;
  EXPECT_NE(read().find("x[Truncated...];|1+1 too_large"), std::string::npos);
}

}  // namespace
}  // namespace towline::cloudwatch
