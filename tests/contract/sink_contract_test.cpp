// What every registered sink must do, whatever its destination. A new sink needs a line in `drivers` and nothing else.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <map>

#include "app/components.hpp"
#include "app/config.hpp"
#include "codec/gzip.hpp"
#include "codec/gzip_test_support.hpp"
#include "component/sink.hpp"
#include "net/outbound.hpp"
#include "net/scripted_server_test_support.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "record/record.hpp"

namespace towline {
namespace {

using namespace std::chrono_literals;
using component::Batch;
using component::Outcome;
using component::Status;

// The messages in the body of a PutLogEvents call, a line for each.
std::string messages_of(const std::string& body) {
  const std::string padded = body + std::string(record::padding, ' ');
  record::Record call;
  EXPECT_EQ(call.parse(std::string_view(padded).substr(0, body.size()), {}), record::ParseError::none);
  std::string text;
  record::NodeId event = call.first_child(call.find(record::Record::root, "logEvents"));
  for (; event != record::no_node; event = call.next_sibling(event)) {
    const std::string_view message = call.value(call.find(event, "message"));
    EXPECT_TRUE(record::append_decoded(text, message.substr(1, message.size() - 2)));
    text += '\n';
  }
  return text;
}

std::string same(const std::string& body) {
  return body;
}

// The settings of a sink that delivers to this URL; one without a URL writes to stdout.
struct Driver {
  std::string settings;  // YAML, $URL is replaced
  bool over_http = true;
  std::string (*records_of)(const std::string& body) = same;  // as NDJSON, of an unpacked body
};

const std::map<std::string, Driver, std::less<>> drivers = {
    {"betterstack", {"{ type: betterstack, url: \"$URL\", token: t0ken, inputs: [app] }", true}},
    {"http", {"{ type: http, url: \"$URL\", inputs: [app] }", true}},
    {"cloudwatch",
     {"{ type: cloudwatch, endpoint: \"$URL\", region: eu-west-1, group: g, stream: s, access_key_id: AKID, "
      "secret_access_key: s3cret, inputs: [app] }",
      true, messages_of}},
    {"console", {"{ type: console, inputs: [app] }", false}},
};

// Stands in for stdout while it lives.
class CapturedOutput {
 public:
  CapturedOutput() : saved_(dup(STDOUT_FILENO)) {
    fflush(stdout);
    EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0);
    dup2(ends_[1], STDOUT_FILENO);
  }
  ~CapturedOutput() {
    dup2(saved_, STDOUT_FILENO);
    for (const int fd : {saved_, ends_[0], ends_[1]}) close(fd);
  }
  std::string text() const {
    std::string text(65536, '\0');
    const ssize_t n = read(ends_[0], text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }

 private:
  std::array<int, 2> ends_{};
  int saved_;
};

class SinkContract : public testing::TestWithParam<const component::SinkType*> {
 protected:
  const Driver& driver() {
    const auto found = drivers.find(GetParam()->name);
    EXPECT_NE(found, drivers.end()) << "tell this test how to reach a sink of type " << GetParam()->name;
    return found->second;
  }

  std::unique_ptr<component::Sink> sink(const std::string& url) {
    std::string settings = driver().settings;
    if (const auto at = settings.find("$URL"); at != std::string::npos) settings.replace(at, 4, url);
    const std::string text =
        "sources: { app: { type: tcp, listen: \"127.0.0.1:0\" } }\nsinks: { out: " + settings + " }\n";
    config::Problems problems("contract");
    config_ = app::load_config(
        text, [](std::string_view) { return std::nullopt; }, app::all_components(), problems);
    EXPECT_TRUE(config_.has_value()) << problems.text();
    const app::ConfiguredSink& configured = config_->sinks[0];
    return configured.type->build(configured.config.get(), {"out", *outbound_, compressor_, metrics_, budget_, facts_});
  }

  static std::shared_ptr<record::Chunk> chunk(std::uint32_t first, std::uint32_t records) {
    auto chunk = std::make_shared<record::Chunk>();
    chunk->first_seq = first;
    chunk->records = records;
    chunk->received = SystemClock().wall_now();
    for (std::uint32_t i = 0; i < records; ++i) chunk->plain += "{\"n\":" + std::to_string(first + i) + "}\n";
    chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
    return chunk;
  }

  // A packed chunk, a part of a packed one, a plain one.
  Batch batch() {
    const auto packed = chunk(0, 500);
    const auto cut = chunk(500, 500);
    codec::pack(*packed, compressor_, codec::GzipLevel::fast);
    codec::pack(*cut, compressor_, codec::GzipLevel::fast);
    Batch batch;
    batch.slices = {{packed, 0, 500}, {cut, 100, 7}, {chunk(1000, 3), 0, 3}};
    batch.records = 510;
    batch.plain_bytes = 5000;
    return batch;
  }
  static std::string batch_text() { return chunk(0, 500)->plain + chunk(600, 7)->plain + chunk(1000, 3)->plain; }

  std::optional<Outcome> attempt(component::Sink& sink, const Batch& batch) {
    std::optional<Outcome> outcome;
    int calls = 0;
    sink.attempt(batch, [&](Outcome o) {
      outcome = std::move(o);
      ++calls;
    });
    const MonoTime deadline = MonoClock::now() + 10s;
    while (!outcome && MonoClock::now() < deadline) outbound_->poll(deadline);
    for (int i = 0; i < 3; ++i) outbound_->poll(MonoClock::now() + 1ms);
    EXPECT_EQ(calls, 1) << "an attempt ends exactly once";
    return outcome;
  }

  std::optional<app::RootConfig> config_;
  telemetry::Metrics metrics_;
  codec::Compressor compressor_;
  MemoryBudget budget_{1 << 20};
  Facts facts_;
  std::optional<net::Outbound> outbound_{std::in_place};
};

// With the number that AWS gives every answer.
constexpr const char* accepted =
    "HTTP/1.1 202 Accepted\r\nx-amzn-RequestId: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

TEST_P(SinkContract, DeliversExactlyTheRecordsOfTheBatch) {
  net::ScriptedServer server(accepted);
  const CapturedOutput output;
  const auto sink = this->sink(server.url());
  const std::optional<Outcome> outcome = attempt(*sink, batch());
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status, Status::delivered) << outcome->cause;
  const std::string records = driver().over_http ? codec::gunzip(server.body()) : output.text();
  EXPECT_EQ(driver().records_of(records), batch_text());
  EXPECT_GT(metrics_.sum(telemetry::MetricId::sink_sent_bytes, {"out"}), 0U);
}

TEST_P(SinkContract, SaysWhatTheDestinationSaid) {
  if (!driver().over_http) GTEST_SKIP() << "has no answers";
  for (const auto& [code, status] : std::map<int, Status>{{200, Status::delivered},
                                                          {302, Status::refused},
                                                          {400, Status::rejected},
                                                          {403, Status::refused},
                                                          {413, Status::too_large},
                                                          {429, Status::retry},
                                                          {503, Status::retry}}) {
    net::ScriptedServer server("HTTP/1.1 " + std::to_string(code) +
                               " X\r\nRetry-After: 9\r\nx-amzn-RequestId: 1\r\nContent-Length: 0\r\nConnection: "
                               "close\r\n\r\n");
    const auto sink = this->sink(server.url());
    const std::optional<Outcome> outcome = attempt(*sink, batch());
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->status, status) << code;
    EXPECT_EQ(outcome->code, code);
    EXPECT_EQ(outcome->retry_after, Duration(9s));
  }
}

TEST_P(SinkContract, NobodyThereIsUnreachable) {
  if (!driver().over_http) GTEST_SKIP() << "is always there";
  const auto sink = this->sink("http://127.0.0.1:1/");
  const std::optional<Outcome> outcome = attempt(*sink, batch());
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status, Status::unreachable);
  EXPECT_FALSE(outcome->cause.empty());
}

TEST_P(SinkContract, MayGoAwayWithAnAttemptUnderWay) {
  net::ScriptedServer server(accepted);
  const CapturedOutput output;
  auto sink = this->sink(server.url());
  const Batch sent = batch();
  bool called = false;
  sink->attempt(sent, [&called](const Outcome&) { called = true; });
  sink.reset();
  outbound_.reset();
  EXPECT_FALSE(called);
}

TEST_P(SinkContract, IsDocumentedAndBuiltOnTheCommonSettings) {
  EXPECT_FALSE(GetParam()->summary.empty());
  const auto& fields = GetParam()->schema->fields();
  for (const char* common : {"batch", "retry", "in_flight", "time_field"}) {
    EXPECT_TRUE(std::any_of(fields.begin(), fields.end(), [&](const config::Field& f) { return f.key == common; }))
        << common;
  }
}

INSTANTIATE_TEST_SUITE_P(Registered, SinkContract, testing::ValuesIn(app::all_components().sinks),
                         [](const auto& type) { return std::string(type.param->name); });

}  // namespace
}  // namespace towline
