// What the tests of the sources share: a shard made of one loop, an intake that records, and plain blocking clients.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/source.hpp"
#include "config/endpoint.hpp"
#include "runtime/condition.hpp"

namespace towline::source_test {

struct Line {
  std::string bytes;
  component::FrameFault fault = component::FrameFault::none;
  std::uint64_t lost_bytes = 0;
  bool operator==(const Line&) const = default;
};

inline void PrintTo(const Line& line, std::ostream* out) {
  *out << '"' << line.bytes.substr(0, 80) << "\" fault " << static_cast<int>(line.fault) << " lost " << line.lost_bytes;
}

inline Line line(std::string bytes) {
  return {std::move(bytes), component::FrameFault::none, 0};
}

class RecordingIntake final : public component::Intake {
 public:
  explicit RecordingIntake(const runtime::Executor& executor) : changed_(executor) {}

  void set_invalid_policy(component::InvalidPolicy policy) override { invalid_policy = policy; }
  void set_block_at_most(std::optional<Duration> limit) override { block_at_most = limit; }
  void accept(const component::Frame& frame) override {
    lines.push_back({std::string(frame.bytes), frame.fault, frame.lost_bytes});
  }
  void count_bytes(std::uint64_t n) override { bytes += n; }
  bool has_room(const Charge* /*line*/) override { return has_room_; }
  void gather(Charge& line, std::uint64_t wanted) override {
    if (line.bytes() == 0) line = Charge(budget, 0);
    line.resize(wanted);
  }
  runtime::Awaitable<void> room(const Charge* /*line*/) override {
    ++waits;
    while (!has_room_ && !stopped_) co_await changed_.wait();
  }
  component::Reserved reserve(Charge& held, std::uint64_t wanted) override {
    if (wanted > budget.limit()) return component::Reserved::never;
    if (!has_room_ || budget.used() - held.bytes() + wanted > budget.limit()) return component::Reserved::full;
    if (held.bytes() == 0) held = Charge(budget, 0);
    held.resize(wanted);
    return component::Reserved::yes;
  }
  // `ack`, once stored; `unknown` if that isn't in time.
  runtime::Awaitable<component::Ack> durable(Duration at_most) override {
    ++acks_asked;
    const MonoTime deadline = MonoClock::now() + at_most;
    while (!stored_ && !stopped_ && MonoClock::now() < deadline) co_await changed_.wait_until(deadline);
    co_return stored_ ? ack : component::Ack::unknown;
  }

  void set_room(bool has_room) {
    has_room_ = has_room;
    changed_.notify_all();
  }
  void set_stored(bool stored) {
    stored_ = stored;
    changed_.notify_all();
  }
  void stop_waiting() {
    stopped_ = true;
    changed_.notify_all();
  }

  std::vector<Line> lines;
  std::uint64_t bytes = 0;
  int waits = 0;
  component::InvalidPolicy invalid_policy = component::InvalidPolicy::wrap;
  std::optional<Duration> block_at_most;
  MemoryBudget budget{std::uint64_t{32} << 20U};
  component::Ack ack = component::Ack::durable;
  int acks_asked = 0;

 private:
  runtime::Condition changed_;
  bool has_room_ = true;
  bool stored_ = true;
  bool stopped_ = false;
};

// The loop is the last member: it is destroyed first, before what its tasks refer to.
struct Shard {
  telemetry::Metrics metrics;
  runtime::Supervisor supervisor{
      [](const std::string& task, const std::string& what) { ADD_FAILURE() << task << " failed: " << what; }};
  boost::asio::io_context loop{1};
  RecordingIntake intake{loop.get_executor()};

  component::SourceContext context(std::string id = "app") {
    return {std::move(id), loop.get_executor(), supervisor, intake, metrics};
  }

  // Runs the loop until the condition holds; false if it doesn't within ten seconds.
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      run_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  bool run_until_lines(std::size_t count) {
    return run_until([&] { return intake.lines.size() >= count; });
  }
  void run_for(std::chrono::milliseconds time) {
    loop.restart();
    loop.run_for(time);
  }
};

// A source, opened and started at construction, closed and run to its end at destruction.
template <class Source, class Config>
class Running {
 public:
  Running(Shard& shard, const Config& config) : shard_(shard), source_(config, shard.context()) {
    const auto opened = source_.open();
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    address_ = source_.address();
    source_.start();
    shard_.run_for(std::chrono::milliseconds(1));
  }
  ~Running() {
    shard_.intake.stop_waiting();
    source_.close();
    EXPECT_TRUE(shard_.run_until([&] { return source_.idle(); })) << "the source doesn't end";
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  Source* operator->() { return &source_; }
  const std::string& address() const { return address_; }

 private:
  Shard& shard_;
  Source source_;
  std::string address_;
};

// A blocking socket of a client, connected to "127.0.0.1:9000" or "[::1]:9000".
class Client {
 public:
  Client(int type, const std::string& address) {
    const auto endpoint = config::parse_endpoint(address);
    EXPECT_TRUE(endpoint);
    const bool v6 = endpoint->host.find(':') != std::string::npos;
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    to6.sin6_port = htons(endpoint->port);
    sockaddr_in to4{};
    to4.sin_family = AF_INET;
    to4.sin_port = htons(endpoint->port);
    ::inet_pton(v6 ? AF_INET6 : AF_INET, endpoint->host.c_str(),
                v6 ? static_cast<void*>(&to6.sin6_addr) : static_cast<void*>(&to4.sin_addr));
    socket_ = ::socket(v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
    const void* to = v6 ? static_cast<const void*>(&to6) : static_cast<const void*>(&to4);
    const socklen_t size = v6 ? sizeof to6 : sizeof to4;
    EXPECT_EQ(::connect(socket_, static_cast<const sockaddr*>(to), size), 0) << address;
  }
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(); }

  static Client tcp(const std::string& address) { return {SOCK_STREAM, address}; }
  static Client udp(const std::string& address) { return {SOCK_DGRAM, address}; }

  int socket() const { return socket_; }

  // Sends all of it; false if the peer has closed.
  bool send(std::string_view bytes) {
    do {
      const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } while (!bytes.empty());
    return true;
  }

  // Has the peer closed the connection?
  bool is_closed() {
    char byte = 0;
    const ssize_t size = ::recv(socket_, &byte, 1, MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN);
  }

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  int socket_ = -1;
};

}  // namespace towline::source_test
