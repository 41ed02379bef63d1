// A GET whose answer goes on, for a command that shows it as it comes. Blocking; plain HTTP, as http_ask.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/http_ask.hpp"

namespace towline::net {

class HttpReading {
 public:
  // Asks, and reads the head of the answer, within question.timeout. The whole of the body where the status isn't 200
  // (up to question.reply_max). Errors as those of http_ask().
  static Result<HttpReading> open(const std::string& url, const HttpQuestion& question);

  HttpReading(HttpReading&&) noexcept;
  HttpReading& operator=(HttpReading&&) noexcept;
  ~HttpReading();

  int status() const { return status_; }
  const std::string& error_body() const { return error_body_; }

  // Waits no longer than this, and less when a signal comes. What has arrived, maybe nothing; no value: the answer has
  // ended.
  std::optional<std::string> read(Duration at_most);

 private:
  struct Connection;
  explicit HttpReading(std::unique_ptr<Connection> connection);
  Result<void> read_head(const std::string& url, const HttpQuestion& question, MonoTime deadline);

  std::unique_ptr<Connection> connection_;
  int status_ = 0;
  std::string begun_;  // of the body, arrived with the head
  std::string error_body_;
};

}  // namespace towline::net
