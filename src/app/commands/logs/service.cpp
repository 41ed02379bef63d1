#include "app/commands/logs/service.hpp"

#include <simdjson.h>

#include <thread>
#include <utility>
#include <vector>

#include "app/printable.hpp"
#include "aws/service_error.hpp"
#include "aws/sigv4.hpp"
#include "base/check.hpp"

namespace towline::app::logs {

namespace {

constexpr std::string_view content_type = "application/x-amz-json-1.1";
constexpr std::string_view target_prefix = "Logs_20140328.";
constexpr std::size_t message_max = 500;

std::string text_member(const std::string& json, const char* name) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::string_view text;
  if (parser.parse(json).get(document) != simdjson::SUCCESS || document[name].get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::string host_of(const config::Url& url) {
  const std::string host = url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']';
  const bool is_usual = url.port == (url.scheme == "https" ? 443 : 80);
  return is_usual ? host : host + ':' + std::to_string(url.port);
}

// "Name: what the service says about it", for a person.
std::string explanation(const net::HttpReply& reply, const std::string& name) {
  std::string text = text_member(reply.body, "message");
  if (text.empty()) text = text_member(reply.body, "Message");
  const std::string what = name.empty() ? "status " + std::to_string(reply.status) : name;
  return printable((text.empty() ? what : what + ": " + text).substr(0, message_max));
}

}  // namespace

struct CloudWatchService::Verdict {
  enum class Next : unsigned char { done, again_now, again_later, failed } next;
  std::string error = {};
};

CloudWatchService::CloudWatchService(ServiceOptions options, std::unique_ptr<aws::CredentialsProvider> credentials,
                                     const Clock& clock)
    : options_(std::move(options)), provider_(std::move(credentials)), clock_(clock) {
  options_.http.reply_body_max = net::reply_body_limit;
}

Result<std::string> CloudWatchService::call(std::string_view operation, const std::string& body) {
  has_renewed_ = has_corrected_ = false;
  Duration wait = first_wait;
  for (int tried = 1;; ++tried) {
    const Result<void> known = have_credentials();
    if (!known) return known.error();
    net::HttpReply reply = ask(operation, body);
    const Verdict verdict = judge(reply);
    if (verdict.next == Verdict::Next::done) return std::move(reply.body);
    if (verdict.next == Verdict::Next::failed || tried == tries_max)
      return Error{options_.endpoint.host + ": " + std::string(operation) + ": " + verdict.error};
    if (verdict.next == Verdict::Next::again_now) continue;
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

Result<void> CloudWatchService::have_credentials() {
  if (credentials_) return {};
  Result<aws::Credentials> fetched = provider_->fetch();
  if (!fetched) return Error{"no credentials: " + fetched.error().message};
  credentials_ = std::move(*fetched);
  return {};
}

net::HttpReply CloudWatchService::ask(std::string_view operation, const std::string& body) {
  const std::string host = host_of(options_.endpoint);
  const std::string hash = aws::sha256_hex(body);
  aws::Unsigned what;
  what.host = host;
  what.path = options_.endpoint.path;
  what.headers = {{"Content-Type", std::string(content_type)},
                  {"X-Amz-Target", std::string(target_prefix) + std::string(operation)}};
  what.body_sha256 = hash;
  net::HttpRequest request;
  request.url = config::to_string(options_.endpoint);
  request.headers = aws::sign(what, *credentials_, {options_.region, "logs"}, clock_.wall_now() + skew_);
  request.body.add(body);
  return fetcher_.fetch(std::move(request), options_.http, call_time);
}

CloudWatchService::Verdict CloudWatchService::judge(const net::HttpReply& reply) {
  using Next = Verdict::Next;
  if (reply.error != net::TransportError::none) {
    const bool may_pass = reply.error == net::TransportError::timeout || reply.error == net::TransportError::reset;
    return {may_pass ? Next::again_later : Next::failed, printable(reply.error_text)};
  }
  if (reply.body_cut) return {Next::failed, "the answer is longer than 4 MiB"};
  if (reply.status == 200) return {Next::done};
  const std::string name = aws::error_name(reply);
  const std::string error = explanation(reply, name);
  if (aws::passes(name) || reply.status == 429 || reply.status >= 500) return {Next::again_later, error};
  if (aws::is_about_the_clock(name) && !std::exchange(has_corrected_, true) && correct_clock(reply))
    return {Next::again_now, error};
  if (aws::is_about_credentials(name) && !std::exchange(has_renewed_, true)) {
    credentials_.reset();
    return {Next::again_now, error};
  }
  return {Next::failed, error};
}

// False: it isn't the clock.
bool CloudWatchService::correct_clock(const net::HttpReply& reply) {
  const std::optional<WallTime> theirs = aws::date_of(reply);
  const WallTime ours = clock_.wall_now();
  if (!theirs || !aws::is_far_from(*theirs, ours + skew_)) return false;
  skew_ = *theirs - ours;
  return true;
}

}  // namespace towline::app::logs
