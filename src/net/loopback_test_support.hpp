// For tests: a socket on this machine that listens, and requests that are read from it.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

namespace towline::net {

class LoopbackListener {
 public:
  LoopbackListener() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~LoopbackListener() { close(listener_); }
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;

  const std::string& url() const { return url_; }  // http://127.0.0.1:PORT/
  // The next client, who is the caller's to close; negative after end().
  int accept() const { return ::accept(listener_, nullptr, nullptr); }
  // Any thread: nobody is accepted any more.
  void end() const { shutdown(listener_, SHUT_RDWR); }

 private:
  int listener_;
  std::string url_;
};

// A request, head and body, as long as Content-Length says; what there is where the client says no more.
inline std::string read_request(int client) {
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
    if (end != std::string::npos && length != std::string::npos)
      wanted = end + 4 + std::stoul(text.substr(length + 16));
  }
  return text;
}

}  // namespace towline::net
