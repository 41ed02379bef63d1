// For tests: an HTTP server of a few lines that says what the test wants and nothing else.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <utility>

namespace towline::net {

// Accepts one connection after the other, reads a request and answers with fixed bytes. Every answer is the last one
// of its connection.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::string answer) : answer_(std::move(answer)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/in";
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  const std::string& url() const { return url_; }  // http://127.0.0.1:PORT/in

  // The last request, head and body; once its reply has arrived.
  std::string request() const { return request_; }
  std::string body() const { return request_.substr(std::min(request_.size(), request_.find("\r\n\r\n") + 4)); }

 private:
  void serve() {
    for (int client; (client = accept(listener_, nullptr, nullptr)) >= 0; close(client)) {
      request_ = read_request(client);
      for (std::size_t sent = 0; sent < answer_.size();) {
        const ssize_t n = send(client, answer_.data() + sent, answer_.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
    }
  }

  static std::string read_request(int client) {
    std::string text;
    std::array<char, 65536> buffer;
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
      const ssize_t n = recv(client, buffer.data(), buffer.size(), 0);
      if (n <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(n));
      if (text.front() == '\x16') break;  // somebody begins a TLS handshake
      const std::size_t end = text.find("\r\n\r\n");
      if (text.starts_with("GET ") && end != std::string::npos) break;
      const std::size_t length = text.find("Content-Length: ");
      if (end != std::string::npos && length != std::string::npos) {
        wanted = end + 4 + std::stoul(text.substr(length + 16));
      }
    }
    return text;
  }

  std::string answer_;
  std::string url_;
  std::string request_;
  int listener_;
  std::thread thread_;
};

}  // namespace towline::net
