// What every registered source must do, whatever its protocol. A new source needs a line in `drivers` and nothing else.
#include <gtest/gtest.h>

#include <map>

#include "app/components.hpp"
#include "app/config.hpp"
#include "sources/source_test_support.hpp"

namespace towline {
namespace {

using source_test::Client;
using source_test::line;
using source_test::Line;
using source_test::Shard;

// How a client brings lines to a source of this type.
struct Driver {
  std::function<void(const std::string& address, const std::string& text)> send;
  // The source answers: it refuses what it can't take, where the others wait for room and wrap what isn't a record.
  bool answers = false;
};

void send_by(int socket_type, const std::string& address, const std::string& text) {
  Client client(socket_type, address);
  client.send(text);
}

std::string http_post(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::map<std::string, Driver, std::less<>> drivers = {
    {"tcp", {[](const auto& address, const auto& text) { send_by(SOCK_STREAM, address, text); }}},
    {"udp", {[](const auto& address, const auto& text) { send_by(SOCK_DGRAM, address, text); }}},
    {"http", {[](const auto& address, const auto& text) { send_by(SOCK_STREAM, address, http_post(text)); }, true}},
};

class SourceContract : public testing::TestWithParam<const component::SourceType*> {
 protected:
  const Driver& driver() {
    const auto found = drivers.find(GetParam()->name);
    EXPECT_NE(found, drivers.end()) << "tell this test how to reach a source of type " << GetParam()->name;
    return found->second;
  }

  std::unique_ptr<component::Source> source(const std::string& listen, const std::string& more = {}) {
    const std::string text = "sources: { app: { type: " + std::string(GetParam()->name) + ", listen: \"" + listen +
                             "\"" + more + " } }\nsinks: { out: { type: console, inputs: [app] } }\n";
    config::Problems problems("contract");
    auto config = app::load_config(
        text, [](std::string_view) { return std::nullopt; }, app::all_components(), problems);
    EXPECT_TRUE(config.has_value()) << problems.text();
    configs_.push_back(config->sources[0].config);
    return GetParam()->build(configs_.back().get(), shard_.context());
  }

  std::unique_ptr<component::Source> started(const std::string& listen = "127.0.0.1:0", const std::string& more = {}) {
    auto source = this->source(listen, more);
    const auto opened = source->open();
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    source->start();
    shard_.run_for(std::chrono::milliseconds(1));
    return source;
  }

  void end(component::Source& source) {
    shard_.intake.stop_waiting();
    source.close();
    EXPECT_TRUE(shard_.run_until([&] { return source.idle(); })) << "the source doesn't end";
  }

  std::vector<std::shared_ptr<const void>> configs_;
  Shard shard_;
};

TEST_P(SourceContract, MayGoAwayUnopenedAndUnstarted) {
  source("127.0.0.1:0");
  const auto opened = source("127.0.0.1:0");
  EXPECT_TRUE(opened->open());
  opened->close();
  EXPECT_TRUE(shard_.run_until([&] { return opened->idle(); }));
}

TEST_P(SourceContract, HandsOverWhatIsSentInBothFamilies) {
  for (const char* listen : {"127.0.0.1:0", "[::1]:0"}) {
    const auto source = started(listen);
    shard_.intake.lines.clear();
    driver().send(source->address(), "{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}");
    EXPECT_TRUE(shard_.run_until_lines(3)) << listen;
    EXPECT_EQ(shard_.intake.lines, (std::vector<Line>{line("{\"a\":1}"), line("{\"a\":2}"), line("{\"a\":3}")}));
    EXPECT_GT(shard_.intake.bytes, 20U);
    end(*source);
  }
}

TEST_P(SourceContract, AnAddressInUseIsAnErrorThatNamesIt) {
  const auto first = started();
  const auto second = source(first->address());
  const Result<void> opened = second->open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("app"), std::string::npos);
  EXPECT_NE(opened.error().message.find(first->address()), std::string::npos);
  end(*second);
  end(*first);
}

TEST_P(SourceContract, WithoutRoomNothingIsReadAndNothingIsLostOnceThereIs) {
  if (driver().answers) GTEST_SKIP() << "its clients are told to come again";
  const auto source = started();
  shard_.intake.set_room(false);
  driver().send(source->address(), "{\"a\":1}\n");
  EXPECT_TRUE(shard_.run_until([&] { return shard_.intake.waits > 0; }));
  EXPECT_TRUE(shard_.intake.lines.empty());
  shard_.intake.set_room(true);
  EXPECT_TRUE(shard_.run_until_lines(1));
  end(*source);
}

TEST_P(SourceContract, WhatWasSentBeforeTheEndIsRead) {
  const auto source = started();
  driver().send(source->address(), "{\"a\":1}\n{\"a\":2}\n");
  source->stop_accepting();
  source->stop_accepting();
  end(*source);
  EXPECT_EQ(shard_.intake.lines.size(), 2U);
}

TEST_P(SourceContract, WithoutRoomNothingIsTakenAndNobodyWaits) {
  if (!driver().answers) GTEST_SKIP() << "its clients can't be told";
  const auto source = started();
  shard_.intake.set_room(false);
  driver().send(source->address(), "{\"a\":1}\n");
  EXPECT_TRUE(shard_.run_until([&] {
    return shard_.metrics.sum(telemetry::MetricId::source_answers, {"app", ""}) > 0;
  }));
  EXPECT_TRUE(shard_.intake.lines.empty());
  EXPECT_EQ(shard_.intake.waits, 0);
  shard_.intake.set_room(true);
  driver().send(source->address(), "{\"a\":1}\n");
  EXPECT_TRUE(shard_.run_until_lines(1));
  end(*source);
}

TEST_P(SourceContract, ObeysTheCommonSettings) {
  if (driver().answers) GTEST_SKIP() << "it has none of them";
  const auto source = started("127.0.0.1:0", ", max_record: 1KiB, invalid: drop, block_at_most: 3s");
  EXPECT_EQ(shard_.intake.invalid_policy, component::InvalidPolicy::drop);
  EXPECT_EQ(shard_.intake.block_at_most, std::chrono::seconds(3));
  driver().send(source->address(), std::string(5000, 'x') + "\n{\"a\":1}\n");
  ASSERT_TRUE(shard_.run_until_lines(2));
  EXPECT_EQ(shard_.intake.lines[0], (Line{std::string(1024, 'x'), component::FrameFault::too_long, 5000 - 1024}));
  EXPECT_EQ(shard_.intake.lines[1], line("{\"a\":1}"));
  end(*source);
}

INSTANTIATE_TEST_SUITE_P(Registered, SourceContract, testing::ValuesIn(app::all_components().sources),
                         [](const auto& type) { return std::string(type.param->name); });

}  // namespace
}  // namespace towline
