// The http source with real sockets. The client and the source share one thread: whoever waits lets the loop turn.
#include "sources/http/source.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "codec/gzip_test_support.hpp"
#include "net/tls_test_support.hpp"
#include "sources/source_test_support.hpp"

namespace towline::http {
namespace {

using namespace std::chrono_literals;
using codec::deflate_as;
using codec::gzip;
using source_test::Client;
using source_test::line;
using source_test::Shard;
using telemetry::MetricId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

using Running = source_test::Running<HttpSource, HttpSourceConfig>;

struct Reply {
  std::string head;
  std::string body;
  bool closed = false;  // the server has closed behind it
};

HttpSourceConfig loopback() {
  HttpSourceConfig config;
  config.listen = *config::parse_endpoint("127.0.0.1:0");
  return config;
}

std::string post(const std::string& body, const std::string& fields = {}, const std::string& path = "/") {
  return "POST " + path + " HTTP/1.1\r\nHost: logs.example.com\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + fields + "\r\n" + body;
}

std::string zstd(const std::string& plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
  return out;
}

class HttpSourceTest : public ::testing::Test {
 protected:
  HttpSourceTest() { std::signal(SIGPIPE, SIG_IGN); }  // as in the daemon

  // Lets the loop turn until the whole answer is there (with its body), or the server has closed.
  Reply read_reply(Client& client) {
    Reply reply;
    std::string text;
    const auto whole = [&] {
      std::array<char, 4096> buffer{};
      const ssize_t size = ::recv(client.socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
      reply.closed = size == 0 || (size < 0 && errno != EAGAIN);
      const std::size_t head_end = text.find("\r\n\r\n");
      if (head_end == std::string::npos) return reply.closed;
      reply.head = text.substr(0, head_end + 2);
      reply.body = text.substr(head_end + 4);
      const std::size_t length = reply.head.find("Content-Length: ");
      return reply.closed ||
             (length != std::string::npos && reply.body.size() >= std::stoul(reply.head.substr(length + 16)));
    };
    EXPECT_TRUE(shard_.run_until(whole)) << "no answer";
    return reply;
  }
  Reply ask(Running& source, const std::string& request) {
    Client client = Client::tcp(source.address());
    EXPECT_TRUE(send(client, request));
    return read_reply(client);
  }
  // More than the kernel's buffers hold must be read while it is sent.
  bool send(Client& client, std::string_view bytes) {
    return shard_.run_until([&] {
      const ssize_t size = ::send(client.socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (size < 0) return errno != EAGAIN;  // the answer says why
      bytes.remove_prefix(static_cast<std::size_t>(size));
      return bytes.empty();
    });
  }
  std::uint64_t answers(const std::string& status) {
    return shard_.metrics.sum(MetricId::source_answers, {"app", status});
  }

  Shard shard_;
};

TEST_F(HttpSourceTest, AnswersWhenTheRecordsAreDurable) {
  Running source(shard_, loopback());
  shard_.intake.set_stored(false);
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send(post("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}")));
  ASSERT_TRUE(shard_.run_until_lines(3));
  shard_.run_for(50ms);
  EXPECT_FALSE(client.is_closed());
  EXPECT_EQ(answers("200"), 0U) << "not before they are durable";
  shard_.intake.set_stored(true);
  const Reply reply = read_reply(client);
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(reply.body, "{\"accepted\":3}\n");
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("{\"a\":1}"), line("{\"a\":2}"), line("{\"a\":3}")));
  EXPECT_EQ(shard_.intake.bytes, 25U);
  EXPECT_EQ(shard_.intake.budget.used(), 0U);
  EXPECT_EQ(answers("200"), 1U);
}

TEST_F(HttpSourceTest, SaysSoWhenStreamsLiveInMemory) {
  Running source(shard_, loopback());
  shard_.intake.ack = component::Ack::in_memory;
  const Reply reply = ask(source, post("{}"));
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 202"));
  EXPECT_EQ(reply.body, "{\"accepted\":1}\n");
}

TEST_F(HttpSourceTest, GivesUpWaitingAtTheAckTimeout) {
  HttpSourceConfig config = loopback();
  config.ack_timeout = 50ms;
  Running source(shard_, config);
  shard_.intake.set_stored(false);
  const Reply reply = ask(source, post("{}"));
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(reply.head, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(reply.body, HasSubstr("may still be delivered"));
  EXPECT_EQ(shard_.intake.acks_asked, 1);
}

TEST_F(HttpSourceTest, ManyRequestsOnOneConnection) {
  Running source(shard_, loopback());
  Client client = Client::tcp(source.address());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(post("{\"n\":" + std::to_string(i) + "}")));
    EXPECT_EQ(read_reply(client).body, "{\"accepted\":1}\n");
  }
  ASSERT_TRUE(client.send(post("{\"n\":3}") + post("{\"n\":4}\n{\"n\":5}")));
  ASSERT_TRUE(shard_.run_until_lines(6));
  EXPECT_EQ(shard_.intake.lines[5], line("{\"n\":5}"));
  EXPECT_EQ(shard_.metrics.sum(MetricId::source_connections_accepted, {"app"}), 1U);
}

TEST_F(HttpSourceTest, NothingIsAFineBodyToo) {
  Running source(shard_, loopback());
  for (const char* body : {"", "\n\n", "[]"}) {
    const Reply reply = ask(source, post(body));
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 200")) << body;
    EXPECT_EQ(reply.body, "{\"accepted\":0}\n");
  }
  EXPECT_EQ(shard_.intake.acks_asked, 0);
}

TEST_F(HttpSourceTest, ArraysAndPrettyPrintedObjectsBecomeOneLineEach) {
  Running source(shard_, loopback());
  const std::string body = "[\n  {\n    \"a\": 1,\r\n    \"text\": \"[\\n{\"\n  },\n  {\"b\":2}\n]\n";
  EXPECT_EQ(ask(source, post(body, "Content-Type: application/json\r\n")).body, "{\"accepted\":2}\n");
  EXPECT_EQ(ask(source, post("{\n\"c\":3\n}", "Content-Type: application/json\r\n")).body, "{\"accepted\":1}\n");
  EXPECT_EQ(ask(source, post("{\n\"d\":4\n}")).body, "{\"accepted\":1}\n");
  EXPECT_THAT(shard_.intake.lines, ElementsAre(line("{     \"a\": 1,      \"text\": \"[\\n{\"   }"), line("{\"b\":2}"),
                                               line("{ \"c\":3 }"), line("{ \"d\":4 }")));
}

struct BadBody {
  std::string body;
  std::string fields;
  std::string error;  // a part of it
  std::string place;
};

TEST_F(HttpSourceTest, OneBadRecordRefusesTheRequestAndNothingOfItIsTakenIn) {
  HttpSourceConfig config = loopback();
  config.max_record = config::kibibytes(1);
  Running source(shard_, config);
  const std::string as_json = "Content-Type: application/json\r\n";
  const std::string large = "{\"a\":\"" + std::string(1'100, 'x') + "\"}";
  const std::vector<BadBody> table{
      {"{\"a\":1}\n\nplain text\n{\"a\":2}\n", "", "not_object", "\"line\":3}"},
      {"{\"a\":1}\n{\"a\":2}\n{\"a\":", "", "invalid_json", "\"line\":3}"},
      {"{\"a\":1}{\"a\":2}\n", "", "trailing_data", "\"line\":1}"},
      {"{\"a\":\"\xff\"}\n", "", "invalid_utf8", "\"line\":1}"},
      {"{\"a\":1}\n" + large + "\n", "", "longer than max_record (1KiB)", "\"line\":2}"},
      {"[{\"a\":1},{\"a\":2,}]", as_json, "invalid_json", "\"element\":2}"},
      {"[{\"a\":1},3]", as_json, "not a JSON object", "\"element\":2}"},
      {"[{\"a\":1}", as_json, "not closed", "\"element\":1}"},
      {"[{\"a\":[1}]", as_json, "invalid_json", "\"element\":1}"},
      {"[" + large + "]", as_json, "longer than max_record", "\"element\":1}"},
      {"\"text\"", as_json, "not a JSON object", "\"element\":1}"},
  };
  for (const BadBody& bad : table) {
    const Reply reply = ask(source, post(bad.body, bad.fields));
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 400")) << bad.body;
    EXPECT_THAT(reply.head, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(reply.body, StartsWith("{\"error\":\""));
    EXPECT_THAT(reply.body, HasSubstr(bad.error));
    EXPECT_THAT(reply.body, testing::EndsWith(bad.place + "\n"));
  }
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
  EXPECT_EQ(answers("400"), table.size());
  EXPECT_EQ(shard_.intake.budget.used(), 0U);
}

TEST_F(HttpSourceTest, UnpacksWhatItIsSent) {
  Running source(shard_, loopback());
  const std::string body = "{\"a\":1}\n{\"a\":2}\n";
  const std::vector<std::pair<std::string, std::string>> table{
      {"gzip", gzip(body)},
      {"GZIP", gzip(body)},
      {"x-gzip", gzip("{\"a\":1}\n") + gzip("{\"a\":2}\n")},
      {"deflate", deflate_as(MAX_WBITS, body)},
      {"deflate", deflate_as(-MAX_WBITS, body)},
      {"zstd", zstd(body)},
      {"identity", body},
  };
  for (const auto& [coding, bytes] : table) {
    shard_.intake.lines.clear();
    const Reply reply = ask(source, post(bytes, "Content-Encoding: " + coding + "\r\n"));
    EXPECT_EQ(reply.body, "{\"accepted\":2}\n") << coding;
    EXPECT_THAT(shard_.intake.lines, ElementsAre(line("{\"a\":1}"), line("{\"a\":2}")));
  }
}

TEST_F(HttpSourceTest, RefusesWhatItCantUnpack) {
  Running source(shard_, loopback());
  const std::string whole = gzip("{\"a\":1}\n");
  EXPECT_THAT(ask(source, post(whole.substr(0, whole.size() - 1), "Content-Encoding: gzip\r\n")).head,
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask(source, post("{\"a\":1}\n", "Content-Encoding: gzip\r\n")).head, StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask(source, post("", "Content-Encoding: gzip\r\n")).head, StartsWith("HTTP/1.1 400"));
  for (const char* coding : {"br", "gzip, gzip", "snappy"}) {
    const Reply reply = ask(source, post("x", "Content-Encoding: " + std::string(coding) + "\r\n"));
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 415"));
    EXPECT_THAT(reply.head, HasSubstr("Accept-Encoding: gzip, deflate, zstd\r\n"));
  }
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
}

// Resident memory, as the kernel counts it.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * 4096;
}

TEST_F(HttpSourceTest, ABombCostsWhatTheLimitAllows) {
  HttpSourceConfig config = loopback();
  config.max_body = config::mebibytes(4);
  Running source(shard_, config);
  const std::string zeros(64 << 20, ' ');
  const std::vector<std::pair<std::string, std::string>> bombs{
      {"gzip", gzip(zeros)}, {"deflate", deflate_as(-MAX_WBITS, zeros)}, {"zstd", zstd(zeros)}};
  [[maybe_unused]] const std::size_t before = resident_bytes();
  for (const auto& [coding, bytes] : bombs) {
    const Reply reply = ask(source, post(bytes, "Content-Encoding: " + coding + "\r\n"));
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 413")) << coding;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(resident_bytes(), before + (std::size_t{4} << 20U) + (std::size_t{1} << 20U));
#endif
  }
  EXPECT_EQ(shard_.intake.budget.used(), 0U);
}

TEST_F(HttpSourceTest, ABodyOfExactlyTheLimitIsTakenAndOneByteMoreIsNot) {
  HttpSourceConfig config = loopback();
  config.max_body = config::kibibytes(100);
  config.max_record = config::kibibytes(200);
  Running source(shard_, config);
  const auto body = [](std::size_t size) { return "{\"a\":\"" + std::string(size - 8, 'x') + "\"}"; };
  EXPECT_THAT(ask(source, post(body(102'400))).head, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(source, post(body(102'401))).head, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask(source, post(gzip(body(102'400)), "Content-Encoding: gzip\r\n")).head, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(source, post(gzip(body(102'401)), "Content-Encoding: gzip\r\n")).head, StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpSourceTest, WithoutRoomItSaysSoBeforeTheBodyIsSent) {
  Running source(shard_, loopback());
  shard_.intake.set_room(false);
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n"));
  const Reply reply = read_reply(client);
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(reply.head, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(reply.body, HasSubstr("memory budget"));
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
  EXPECT_EQ(shard_.intake.waits, 0) << "a client that is answered isn't kept waiting";
  shard_.intake.set_room(true);
  EXPECT_THAT(ask(source, post("{\"a\":1}\n")).head, StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpSourceTest, RoomMayRunOutWhileABodyIsUnpacked) {
  HttpSourceConfig config = loopback();
  Running source(shard_, config);
  const Charge others(shard_.intake.budget, std::uint64_t{30} << 20U);
  const std::string packed = gzip(std::string(10 << 20, ' '));
  EXPECT_THAT(ask(source, post(packed, "Content-Encoding: gzip\r\n")).head, StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(shard_.intake.budget.used(), others.bytes());
}

TEST_F(HttpSourceTest, WhatCanNeverFitIsTooLong) {
  HttpSourceConfig config = loopback();
  config.max_body = config::mebibytes(100);
  Running source(shard_, config);
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_THAT(read_reply(client).head, StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpSourceTest, TakesPostAndNothingElse) {
  HttpSourceConfig config = loopback();
  config.path = "/logs";
  Running source(shard_, config);
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE"}) {
    const Reply reply = ask(source, std::string(method) + " /logs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 405")) << method;
    EXPECT_THAT(reply.head, HasSubstr("Allow: POST\r\n"));
  }
  EXPECT_THAT(ask(source, post("{}", "", "/")).head, StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(ask(source, post("{}", "", "/logs?source=a")).head, StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpSourceTest, WantsTheTokenWhereThereIsOne) {
  std::string directory = (std::filesystem::temp_directory_path() / "towline-http-XXXXXX").string();
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const std::string file = directory + "/token";
  std::ofstream(file) << "first\n";
  HttpSourceConfig config = loopback();
  config.auth_token = config::SecretSource::file(file);
  {
    Running source(shard_, config);
    for (const char* header : {"", "Authorization: Bearer second\r\n", "Authorization: Bearer firs\r\n",
                               "Authorization: Bearer first1\r\n", "Authorization: Basic first\r\n"}) {
      const Reply reply = ask(source, post("{}", header));
      EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 401")) << header;
      EXPECT_THAT(reply.head, HasSubstr("WWW-Authenticate: Bearer\r\n"));
    }
    EXPECT_THAT(shard_.intake.lines, IsEmpty());
    EXPECT_THAT(ask(source, post("{}", "Authorization: Bearer first\r\n")).head, StartsWith("HTTP/1.1 200"));
    std::ofstream(file) << "second, longer\n";
    EXPECT_THAT(ask(source, post("{}", "Authorization: Bearer first\r\n")).head, StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(ask(source, post("{}", "Authorization: Bearer second, longer\r\n")).head, StartsWith("HTTP/1.1 200"));
  }
  std::filesystem::remove_all(directory);
  HttpSource broken(config, shard_.context());
  const auto opened = broken.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("source app: auth_token: "));
}

TEST_F(HttpSourceTest, ConnectionsBeyondTheLimitAreClosedAndCounted) {
  HttpSourceConfig config = loopback();
  config.max_connections = 1;
  Running source(shard_, config);
  Client first = Client::tcp(source.address());
  shard_.run_for(5ms);
  Client second = Client::tcp(source.address());
  EXPECT_TRUE(shard_.run_until([&] { return second.is_closed(); }));
  EXPECT_FALSE(first.is_closed());
  EXPECT_EQ(shard_.metrics.sum(MetricId::source_connections_refused, {"app", "limit"}), 1U);
  EXPECT_EQ(shard_.metrics.sum(MetricId::source_connections, {"app"}), 1U);
}

TEST_F(HttpSourceTest, TenLargeRequestsAtOnceStayApart) {
  Running source(shard_, loopback());
  std::vector<Client> clients;
  std::vector<std::string> requests;
  constexpr int records = 5'000;
  for (int client = 0; client < 10; ++client) {
    std::string body;
    for (int n = 0; n < records; ++n) {
      body += R"({"client":)" + std::to_string(client) + R"(,"n":)" + std::to_string(n) + R"(,"x":")" +
              std::string(50, 'x') + "\"}\n";
    }
    clients.push_back(Client::tcp(source.address()));
    requests.push_back(post(body));
  }
  for (std::size_t at = 0, step = 100'000; at < requests[0].size(); at += step) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_TRUE(send(clients[i], std::string_view(requests[i]).substr(std::min(at, requests[i].size()), step)));
    }
  }
  for (Client& client : clients) EXPECT_EQ(read_reply(client).body, "{\"accepted\":5000}\n");
  ASSERT_THAT(shard_.intake.lines, SizeIs(10 * records));
  std::vector<int> next(10, 0);
  for (const auto& got : shard_.intake.lines) {
    const auto client = static_cast<std::size_t>(got.bytes[10] - '0');
    ASSERT_THAT(got.bytes, HasSubstr("\"n\":" + std::to_string(next.at(client)++) + ","));
  }
}

TEST_F(HttpSourceTest, DrainAnswersWhatHasBegun) {
  Running source(shard_, loopback());
  shard_.intake.set_stored(false);
  Client idle = Client::tcp(source.address());
  Client client = Client::tcp(source.address());
  ASSERT_TRUE(client.send(post("{\"a\":1}")));
  ASSERT_TRUE(shard_.run_until_lines(1));
  source->stop_accepting();
  EXPECT_TRUE(shard_.run_until([&] { return idle.is_closed(); }));
  EXPECT_FALSE(source->idle());
  shard_.intake.set_stored(true);
  const Reply reply = read_reply(client);
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(reply.head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(shard_.run_until([&] { return source->idle(); }));
}

TEST_F(HttpSourceTest, AHalfBodyIsNeverTakenIn) {
  Running source(shard_, loopback());
  {
    Client client = Client::tcp(source.address());
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"a\":1}\n"));
    shard_.run_for(20ms);
  }
  Client second = Client::tcp(source.address());
  ASSERT_TRUE(second.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"a\":1}\n"));
  shard_.run_for(20ms);
  source->close();
  EXPECT_TRUE(shard_.run_until([&] { return source->idle(); }));
  EXPECT_THAT(shard_.intake.lines, IsEmpty());
  EXPECT_EQ(shard_.intake.budget.used(), 0U);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(HttpSourceTest, AnIdleConnectionCostsLittleMemory) {
  Running source(shard_, loopback());
  std::vector<Client> clients;
  const auto connect = [&](std::size_t count) {
    while (clients.size() < count) {
      clients.push_back(Client::tcp(source.address()));
      ASSERT_TRUE(clients.back().send(post("{\"a\":1}\n")));
      ASSERT_EQ(read_reply(clients.back()).body, "{\"accepted\":1}\n");
    }
  };
  connect(50);  // what is allocated once is there now
  shard_.intake.lines.shrink_to_fit();
  const std::size_t before = ::mallinfo2().uordblks;
  connect(250);
  const std::size_t each = (::mallinfo2().uordblks - before) / 200;
  EXPECT_LE(each, 4'096U);
  RecordProperty("bytes", static_cast<int>(each));
}
#endif

TEST_F(HttpSourceTest, SpeaksTlsWhereItIsTold) {
  const tls_test::Files files;
  HttpSourceConfig config = loopback();
  config.tls = files.config();
  Running source(shard_, config);
  Client client = Client::tcp(source.address());
  const auto context = files.client_context();
  const std::unique_ptr<SSL, tls_test::Free> ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), client.socket());
  SSL_set_connect_state(ssl.get());
  std::string body;
  for (int n = 0; n < 20'000; ++n) body += "{\"n\":" + std::to_string(n) + "}\n";
  const std::string request = post(body);
  std::string reply;
  std::size_t sent = 0;
  ASSERT_EQ(::fcntl(client.socket(), F_SETFL, O_NONBLOCK), 0);
  ASSERT_TRUE(shard_.run_until([&] {
    std::size_t size = 0;
    if (sent < request.size() && SSL_write_ex(ssl.get(), request.data() + sent, request.size() - sent, &size) == 1) {
      sent += size;
    }
    std::array<char, 1000> buffer{};
    if (SSL_read_ex(ssl.get(), buffer.data(), buffer.size(), &size) == 1) reply.append(buffer.data(), size);
    return reply.ends_with("{\"accepted\":20000}\n");
  })) << sent
      << " sent, " << reply;
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(shard_.intake.lines, SizeIs(20'000));

  Client plain = Client::tcp(source.address());
  ASSERT_TRUE(plain.send(post("{}")));
  EXPECT_TRUE(shard_.run_until([&] { return plain.is_closed(); }));
  EXPECT_EQ(shard_.metrics.sum(MetricId::source_connections_refused, {"app", "tls_handshake"}), 1U);
}

TEST_F(HttpSourceTest, ItsErrorsNameIt) {
  Running source(shard_, loopback());
  HttpSourceConfig config = loopback();
  config.listen = *config::parse_endpoint(source.address());
  HttpSource second(config, shard_.context("other"));
  const auto opened = second.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, StartsWith("source other: can't listen on tcp " + source.address()));
  EXPECT_THAT(opened.error().message, HasSubstr("sources.other.listen"));
}

}  // namespace
}  // namespace towline::http
