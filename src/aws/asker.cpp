#include "aws/asker.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

namespace towline::aws {

namespace {

using std::chrono::milliseconds;

// These services are near, or answer at once.
constexpr Duration connect_limit = std::chrono::seconds(2);
constexpr Duration attempt_limit = std::chrono::seconds(5);
constexpr Duration first_pause = milliseconds(200);

bool may_change(const net::HttpReply& reply) {
  return reply.error != net::TransportError::none || reply.status == 429 || reply.status >= 500;
}

}  // namespace

Asker::Asker(net::Fetcher& fetcher, std::string who, Duration limit, std::stop_token stop)
    : fetcher_(fetcher), who_(std::move(who)), deadline_(MonoClock::now() + limit), stop_(std::move(stop)) {
  options_.connect_timeout = connect_limit;
}

Result<net::HttpReply> Asker::ask(const Question& question,
                                  const std::function<bool(const net::HttpReply&)>& again) const {
  net::HttpReply reply;
  for (int attempts = 1;; ++attempts) {
    reply = attempt(question);
    const bool repeat = may_change(reply) || (again && again(reply));
    if (!repeat || attempts == attempts_max || !pause(attempts)) break;
  }
  if (reply.error != net::TransportError::none) return error("can't be asked: " + reply.error_text);
  if (reply.body_cut) return error("gave an answer that is too long");
  return reply;
}

net::HttpReply Asker::attempt(const Question& question) const {
  net::HttpRequest request;
  request.method = question.method;
  request.url = question.url;
  request.headers = question.headers;
  if (!question.body.empty()) {
    const auto body = std::make_shared<const Secret>(question.body);
    request.body.add(body, body->reveal());
  }
  const Duration left = std::max(Duration(milliseconds(1)), deadline_ - MonoClock::now());
  return fetcher_.fetch(std::move(request), options_, std::min(left, attempt_limit), stop_);
}

// False: there is no time for another attempt.
bool Asker::pause(int attempts) const {
  const Duration time = first_pause * (1 << (attempts - 1));
  if (stop_.stop_requested() || deadline_ - MonoClock::now() <= time) return false;
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any stopped;
  stopped.wait_for(lock, stop_, time, [] { return false; });
  return !stop_.stop_requested();
}

}  // namespace towline::aws
