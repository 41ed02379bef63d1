// The http sink over real sockets: what its requests carry besides the records.
#include "sinks/http/http.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"
#include "net/outbound.hpp"
#include "net/scripted_server_test_support.hpp"

namespace towline::http {
namespace {

using std::chrono::seconds;

class HttpSinkTest : public testing::Test {
 protected:
  // One attempt at a batch with this key; the request's head.
  std::string head_of_request(HttpSinkConfig config, const std::string& key) {
    net::ScriptedServer server("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    config.url = *config::parse_url(server.url());
    HttpSink sink(config, {"out", outbound_, compressor_, metrics_, budget_, facts_});
    auto chunk = std::make_shared<record::Chunk>();
    chunk->plain = "{}\n";
    chunk->plain_bytes = 3;
    chunk->records = 1;
    component::Batch batch;
    batch.slices.push_back({chunk, 0, 1});
    batch.records = 1;
    batch.key = key;
    std::optional<component::Outcome> outcome;
    sink.attempt(batch, [&](component::Outcome o) { outcome = std::move(o); });
    const MonoTime deadline = MonoClock::now() + seconds(10);
    while (!outcome && MonoClock::now() < deadline) outbound_.poll(deadline);
    EXPECT_TRUE(outcome && outcome->status == component::Status::delivered);
    return server.request().substr(0, server.request().find("\r\n\r\n"));
  }

  net::Outbound outbound_;
  codec::Compressor compressor_;
  telemetry::Metrics metrics_;
  MemoryBudget budget_{1 << 20};
  Facts facts_;
};

TEST_F(HttpSinkTest, TheKeyTravelsInTheHeaderThatIsAskedFor) {
  HttpSinkConfig config;
  config.http.idempotency_header = std::string("Idempotency-Key");
  EXPECT_NE(head_of_request(config, "abc:def:0:1").find("\r\nIdempotency-Key: abc:def:0:1"), std::string::npos);
}

TEST_F(HttpSinkTest, WithoutAKeyOrTheSettingThereIsNoHeader) {
  HttpSinkConfig config;
  EXPECT_EQ(head_of_request(config, "abc:def:0:1").find("abc:def"), std::string::npos);
  config.http.idempotency_header = std::string("Idempotency-Key");
  EXPECT_EQ(head_of_request(config, "").find("Idempotency-Key"), std::string::npos);
}

TEST(HttpSinkConfig, TheHeaderMustBeOne) {
  const auto problems_of = [](const std::string& header) {
    config::Problems problems("test");
    const std::string text = "{ url: \"http://localhost/\", idempotency_header: \"" + header + "\" }";
    http_sink_schema().parse(config::test::node_of(text), problems);
    return problems.text();
  };
  EXPECT_EQ(problems_of("X-Key"), "");
  EXPECT_EQ(problems_of("off"), "");
  EXPECT_NE(problems_of("two words").find("can't be the name of a header"), std::string::npos);
}

}  // namespace
}  // namespace towline::http
