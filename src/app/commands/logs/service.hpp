// CloudWatch Logs, one operation after the other: signed, asked again where that may help.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials_keeper.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/url.hpp"
#include "net/fetch.hpp"

namespace towline::app::logs {

// What asks; the tests have one of their own.
class Service {
 public:
  virtual ~Service() = default;
  // "FilterLogEvents" and its JSON; the answer's JSON. The error names what the service has said.
  virtual Result<std::string> call(std::string_view operation, const std::string& body) = 0;
};

struct ServiceOptions {
  config::Url endpoint;
  std::string region;
  net::HttpOptions http = {};
};

class CloudWatchService final : public Service {
 public:
  // A call is tried this often in all; the waits between grow from the first one, each twice as long.
  static constexpr int tries_max = 6;
  static constexpr Duration first_wait = std::chrono::milliseconds(200);
  static constexpr Duration call_time = std::chrono::seconds(30);

  // `clock` outlives it.
  CloudWatchService(ServiceOptions options, std::unique_ptr<aws::CredentialsProvider> credentials, const Clock& clock);

  Result<std::string> call(std::string_view operation, const std::string& body) override;

 private:
  struct Verdict;

  Result<void> have_credentials();
  net::HttpReply ask(std::string_view operation, const std::string& body);
  Verdict judge(const net::HttpReply& reply);
  bool correct_clock(const net::HttpReply& reply);

  ServiceOptions options_;
  std::unique_ptr<aws::CredentialsProvider> provider_;
  const Clock& clock_;
  net::Fetcher fetcher_;
  std::optional<aws::Credentials> credentials_;
  Duration skew_{};           // AWS' clock minus ours
  bool has_renewed_ = false;  // credentials that were refused: once a call
  bool has_corrected_ = false;
};

}  // namespace towline::app::logs
