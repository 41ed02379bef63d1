// For tests: CloudWatch Logs in a few lines. It keeps what it is sent and answers what the test wants.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "codec/gzip_test_support.hpp"
#include "net/loopback_test_support.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "record/record.hpp"

namespace towline::cloudwatch {

// A request, unpacked.
struct Asked {
  std::string operation;  // "PutLogEvents"
  std::string head;
  std::string body;  // JSON
  bool gzip = false;

  // A text in the body's root.
  std::string text(std::string_view key) const {
    std::string padded = body + std::string(record::padding, ' ');
    record::Record json;
    EXPECT_EQ(json.parse(std::string_view(padded).substr(0, body.size()), {}), record::ParseError::none) << body;
    const record::NodeId id = json.find(record::Record::root, key);
    if (id == record::no_node) return {};
    const std::string_view value = json.value(id);
    return std::string(value.starts_with('"') ? value.substr(1, value.size() - 2) : value);
  }

  struct Message {
    std::int64_t time_ms;
    std::string text;
  };
  std::vector<Message> messages() const {
    std::string padded = body + std::string(record::padding, ' ');
    record::Record json;
    EXPECT_EQ(json.parse(std::string_view(padded).substr(0, body.size()), {}), record::ParseError::none);
    std::vector<Message> list;
    record::NodeId id = json.first_child(json.find(record::Record::root, "logEvents"));
    for (; id != record::no_node; id = json.next_sibling(id)) {
      Message message{std::stoll(std::string(json.value(json.find(id, "timestamp")))), {}};
      const std::string_view value = json.value(json.find(id, "message"));
      EXPECT_TRUE(record::append_decoded(message.text, value.substr(1, value.size() - 2)));
      list.push_back(std::move(message));
    }
    return list;
  }
};

inline constexpr const char* no_date = "x-amzn-RequestId: 1\r\n";
inline std::string dated_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  return no_date + std::string(text.data());
}

struct Says {
  int status = 200;
  std::string body = "{}";
  std::string headers = dated_now();
};
inline Says error(const std::string& name, int status = 400) {
  return {status, R"({"__type":")" + name + R"(","message":"no"})", no_date};
}

class Service {
 public:
  using Handler = std::function<Says(const Asked&)>;  // on a thread of the connection

  explicit Service(Handler handler) : handler_(std::move(handler)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Service() {
    listener_.end();
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
  }

  const std::string& url() const { return listener_.url(); }
  // What was asked so far, in the order of the answers.
  std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::string operations() const {
    std::string list;
    for (const Asked& each : asked()) list += each.operation + " ";
    return list;
  }
  // Of the calls that were answered by 200.
  std::vector<std::string> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  void serve() {
    for (int client; (client = listener_.accept()) >= 0;) connections_.emplace_back([this, client] { answer(client); });
  }

  void answer(int client) {
    const std::string text = net::read_request(client);
    Asked asked;
    asked.head = text.substr(0, text.find("\r\n\r\n") + 2);
    asked.gzip = asked.head.find("\r\nContent-Encoding: gzip\r\n") != std::string::npos;
    const std::string body = text.substr(std::min(text.size(), asked.head.size() + 2));
    asked.body = asked.gzip ? codec::gunzip(body) : body;
    const std::string target = "Logs_20140328.";
    const std::size_t at = asked.head.find(target);
    if (at != std::string::npos) {
      asked.operation = asked.head.substr(at + target.size(), asked.head.find("\r\n", at) - at - target.size());
      say(client, asked, handler_(asked));
    }
    close(client);
  }

  void say(int client, const Asked& asked, const Says& says) {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(asked);
      if (says.status == 200 && asked.operation == "PutLogEvents") {
        for (const Asked::Message& message : asked.messages()) taken_.push_back(message.text);
      }
    }
    const std::string text = "HTTP/1.1 " + std::to_string(says.status) + " X\r\n" + says.headers +
                             "Content-Length: " + std::to_string(says.body.size()) + "\r\nConnection: close\r\n\r\n" +
                             says.body;
    EXPECT_EQ(send(client, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }

  Handler handler_;
  net::LoopbackListener listener_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::vector<std::string> taken_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace towline::cloudwatch
