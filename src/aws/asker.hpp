// Questions to the services that hand out credentials.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/fetch.hpp"

namespace towline::aws {

struct Question {
  std::string method = "GET";
  std::string url;
  std::vector<Secret> headers = {};  // "Name: value"
  Secret body = {};
};

// What one fetch asks, within one limit of time. Used by one thread.
class Asker {
 public:
  // `who` is how errors call the service: "the instance metadata service (169.254.169.254)". `fetcher` outlives it.
  Asker(net::Fetcher& fetcher, std::string who, Duration limit, std::stop_token stop);

  // Any answer of at most 64 KiB. It is asked again, attempts_max times in all, where nobody answers, after 429 and
  // 5xx, and where `again` says so. The last answer counts.
  Result<net::HttpReply> ask(const Question& question,
                             const std::function<bool(const net::HttpReply&)>& again = {}) const;

  // A PEM file of the authorities to trust instead of the system's.
  void trust(std::string ca_file) { options_.ca_file = std::move(ca_file); }

  const std::string& who() const { return who_; }
  Error error(const std::string& what) const { return Error{who_ + " " + what}; }
  Error unexpected(const net::HttpReply& reply) const { return error("answered " + std::to_string(reply.status)); }

  static constexpr int attempts_max = 3;

 private:
  net::HttpReply attempt(const Question& question) const;
  bool pause(int attempts) const;

  net::Fetcher& fetcher_;
  std::string who_;
  MonoTime deadline_;
  std::stop_token stop_;
  net::HttpOptions options_;
};

}  // namespace towline::aws
