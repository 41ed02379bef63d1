// For tests: an HTTP server of a few lines that says what the test wants and nothing else.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "net/loopback_test_support.hpp"

namespace towline::net {

// Accepts one connection after the other, reads a request and answers with fixed bytes. Every answer is the last one
// of its connection.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::string answer) : answer_(std::move(answer)), url_(listener_.url() + "in") {
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    listener_.end();
    thread_.join();
  }

  const std::string& url() const { return url_; }  // http://127.0.0.1:PORT/in

  // The last request, head and body; once its reply has arrived.
  std::string request() const { return request_; }
  std::string body() const { return request_.substr(std::min(request_.size(), request_.find("\r\n\r\n") + 4)); }

 private:
  void serve() {
    for (int client; (client = listener_.accept()) >= 0; close(client)) {
      request_ = read_request(client);
      for (std::size_t sent = 0; sent < answer_.size();) {
        const ssize_t n = send(client, answer_.data() + sent, answer_.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
    }
  }

  LoopbackListener listener_;
  std::string answer_;
  std::string url_;
  std::string request_;
  std::thread thread_;
};

}  // namespace towline::net
