// For tests: a service on this machine that says what AWS says, or misbehaves.
#pragma once

#include <atomic>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "config/node.hpp"
#include "runtime/asio.hpp"

namespace towline::aws {

using Peer = runtime::asio::ip::tcp::socket;
using Behaviour = std::function<void(Peer& peer, const std::string& request)>;

inline void send(Peer& peer, const std::string& text) {
  boost::system::error_code ignored;
  runtime::asio::write(peer, runtime::asio::buffer(text), ignored);
}

inline Behaviour answer(std::string body, std::string status = "200 OK") {
  return [=](Peer& peer, const std::string&) {
    send(peer, "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
}

// Waits until the client has left.
inline void hang(Peer& peer, const std::string&) {
  boost::system::error_code ignored;
  char byte = 0;
  peer.read_some(runtime::asio::buffer(&byte, 1), ignored);
}

inline void drip(Peer& peer, const std::string&) {
  send(peer, "HTTP/1.1 200 OK\r\n\r\n{");
  boost::system::error_code error;
  while (!error) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    peer.write_some(runtime::asio::buffer(" ", 1), error);
  }
}

inline void endless(Peer& peer, const std::string&) {
  send(peer, "HTTP/1.1 200 OK\r\n\r\n{\"Family\":\"");
  const std::string piece(65536, 'x');
  boost::system::error_code error;
  while (!error) peer.write_some(runtime::asio::buffer(piece), error);
}

// One connection after the other. What isn't set answers 404.
class FakeService {
 public:
  FakeService() : acceptor_(io_, {runtime::asio::ip::make_address("127.0.0.1"), 0}), thread_([this] { serve(); }) {}
  ~FakeService() {
    stopping_ = true;
    boost::system::error_code ignored;
    Peer wakes(io_);
    wakes.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

  // `line` is "GET /task".
  void on(const std::string& line, Behaviour behaviour) {
    const std::lock_guard lock(mutex_);
    behaviours_[line] = std::move(behaviour);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (true) {
      Peer peer = acceptor_.accept();
      if (stopping_) return;
      std::string request;
      boost::system::error_code error;
      const std::size_t head =
          runtime::asio::read_until(peer, runtime::asio::dynamic_buffer(request), "\r\n\r\n", error);
      const std::size_t length = request.find("Content-Length: ");
      const std::size_t whole = length < head ? head + std::stoul(request.substr(length + 16)) : head;
      if (request.size() < whole)
        runtime::asio::read(peer, runtime::asio::dynamic_buffer(request),
                            runtime::asio::transfer_exactly(whole - request.size()), error);
      taken(request)(peer, request);
    }
  }

  Behaviour taken(const std::string& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    const auto found = behaviours_.find(request.substr(0, request.find(" HTTP/")));
    return found == behaviours_.end() ? answer("", "404 Not Found") : found->second;
  }

  runtime::asio::io_context io_;
  runtime::asio::ip::tcp::acceptor acceptor_;
  mutable std::mutex mutex_;  // guards the next two
  std::map<std::string, Behaviour> behaviours_;
  std::vector<std::string> requests_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

inline config::Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace towline::aws
