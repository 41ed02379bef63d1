#include "sinks/cloudwatch/api.hpp"

#include <array>
#include <utility>

#include "aws/chain.hpp"
#include "aws/endpoint.hpp"
#include "aws/service_error.hpp"
#include "aws/sigv4.hpp"
#include "base/diagnostics.hpp"
#include "net/outbound.hpp"

namespace towline::cloudwatch {

namespace {

using component::Outcome;
using component::Status;

constexpr std::string_view no_region =
    "there is no AWS region: set `region`, or AWS_REGION in the environment, or one in the profile";

std::string host_of(const config::Url& url) {
  std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  const std::uint16_t own_port = url.scheme == "https" ? 443 : 80;
  return url.port == own_port ? host : host + ":" + std::to_string(url.port);
}

std::string sha256_of(const codec::Body& body) {
  aws::Sha256 hash;
  std::array<char, 16 * 1024> buffer;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t n = body.read(at, buffer);
    hash.add({buffer.data(), n});
    at += n;
  }
  return hash.hex();
}

}  // namespace

Api::Api(const CloudWatchConfig& config, const component::SinkContext& context, const config::Environment& environment,
         const Clock& clock)
    : config_(config),
      context_(context),
      clock_(clock),
      options_(component::http_options(config.http, context)),
      sent_bytes_(context.metrics.get(telemetry::MetricId::sink_sent_bytes, {context.id})) {
  find_place(environment);
  if (no_place_) {
    diagnostics::error("cloudwatch.no_place", "Nothing can be sent to CloudWatch Logs with these settings",
                       {{"sink", context_.id}, {"error", no_place_->message}});
    return;
  }
  const auto on_news = [&outbound = context_.outbound, resume = guarded([this] { this->resume(); })] {
    outbound.post(resume);
  };
  identity_ = std::make_unique<Identity>(config, region_, environment, clock, on_news);
}

Api::~Api() = default;

void Api::find_place(const config::Environment& environment) {
  region_ = config_.region;
  if (region_.empty()) region_ = aws::find_region(config_.profile, environment).value_or("");
  if (region_.empty()) {
    no_place_ = Error{std::string(no_region)};
    return;
  }
  const Result<config::Url> url = endpoint(environment);
  if (!url) {
    no_place_ = url.error();
    return;
  }
  url_ = config::to_string(*url);
  host_ = host_of(*url);
  path_ = url->path;
}

Result<config::Url> Api::endpoint(const config::Environment& environment) const {
  if (config_.endpoint) return *config_.endpoint;
  const Result<std::optional<config::Url>> configured = aws::configured_endpoint("CLOUDWATCH_LOGS", environment);
  if (!configured) return configured.error();
  if (*configured) return **configured;
  return aws::endpoint("logs", region_, {config_.fips, config_.dual_stack});
}

void Api::call(Call call, OnAnswer on_answer) {
  auto request = std::make_shared<Request>();
  request->body_sha256 = sha256_of(call.body);
  request->call = std::move(call);
  request->on_answer = std::move(on_answer);
  start(std::move(request));
}

void Api::start(RequestPtr request) {
  if (no_place_) return refuse(std::move(request), no_place_->message);
  const Result<Identity::Current> current = identity_->current();
  if (!current) return refuse(std::move(request), "no credentials: " + current.error().message);
  if (*current == nullptr) return wait_for_credentials(std::move(request));
  request->signed_by = *current;
  send(std::move(request));
}

void Api::wait_for_credentials(RequestPtr request) {
  const MonoTime now = clock_.now();
  if (request->patience_ends == MonoTime::max()) {
    request->patience_ends = now + credentials_patience;
    context_.outbound.call_at(request->patience_ends, guarded([this] { give_up_waiting(); }));
  }
  waiting_.push_back(std::move(request));
}

void Api::give_up_waiting() {
  const MonoTime now = clock_.now();
  for (RequestPtr& request : std::exchange(waiting_, {})) {
    if (now < request->patience_ends) {
      waiting_.push_back(std::move(request));
    } else {
      refuse(std::move(request), "no credentials: they are still being fetched");
    }
  }
}

// There is news of credentials.
void Api::resume() {
  const bool settled = identity_->news();
  for (RequestPtr& request : std::exchange(waiting_, {})) {
    const Result<Identity::Current> current = identity_->current();
    const bool same = current && request->signed_by && *current == request->signed_by;
    if (!settled && request->signed_by && (same || !current)) {
      waiting_.push_back(std::move(request));
    } else if (same) {
      refuse(std::move(request), "the credentials are refused, and there are no other ones");
    } else {
      start(std::move(request));
    }
  }
}

void Api::send(RequestPtr request) {
  net::HttpRequest http;
  http.url = url_;
  http.headers = headers(*request);
  http.body = request->call.body;
  sent_bytes_.add(http.body.size());
  context_.outbound.send(std::move(http), options_,
                         [this, alive = std::weak_ptr<int>(alive_), request](const net::HttpReply& reply) {
                           if (!alive.expired()) judge_reply(request, reply);
                         });
}

std::vector<Secret> Api::headers(Request& request) const {
  aws::Unsigned plain;
  plain.host = host_;
  plain.path = path_;
  plain.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                   {"X-Amz-Target", "Logs_20140328." + request.call.operation}};
  if (request.call.gzip) plain.headers.emplace_back("Content-Encoding", "gzip");
  plain.body_sha256 = request.body_sha256;
  request.signed_at = now();
  return aws::sign(plain, *request.signed_by, {region_, "logs"}, request.signed_at);
}

void Api::judge_reply(RequestPtr request, const net::HttpReply& reply) {
  Answer answer = judge(reply, request->signed_at, config_.delivery.retry.retry_after_max);
  if (answer.date && !aws::is_far_from(*answer.date, request->signed_at)) confirmed_ = ahead();
  switch (answer.kind) {
    case Answer::Kind::credentials:
      return renew(std::move(request), std::move(answer));
    case Answer::Kind::clock:
      return set_clock(std::move(request), std::move(answer));
    case Answer::Kind::done:
    case Answer::Kind::missing:
    case Answer::Kind::exists:
    case Answer::Kind::failed:
      return tell(request, std::move(answer));
  }
}

void Api::renew(RequestPtr request, Answer answer) {
  if (request->renewed) return tell(request, std::move(answer));
  request->renewed = true;
  request->patience_ends = MonoTime::max();
  switch (identity_->renew(request->signed_by, clock_.now())) {
    case Identity::Renewal::replaced:
      return start(std::move(request));
    case Identity::Renewal::coming:
      return wait_for_credentials(std::move(request));
    case Identity::Renewal::none:
      return tell(request, std::move(answer));
  }
}

bool Api::was_set_since(WallTime::duration then) const {
  return aws::is_far_from(WallTime(ahead()), WallTime(then));
}

void Api::set_clock(RequestPtr request, Answer answer) {
  if (request->set_right) return tell(request, std::move(answer));
  request->set_right = true;
  skew_ = *answer.date - clock_.wall_now();
  skew_learned_ = ahead();
  diagnostics::warn(
      "cloudwatch.clock", "This machine's clock is wrong: requests are signed by AWS' clock",
      {{"sink", context_.id}, {"seconds", std::chrono::duration_cast<std::chrono::seconds>(skew_).count()}});
  start(std::move(request));
}

void Api::refuse(RequestPtr request, std::string cause) {
  Answer answer;
  answer.outcome = Outcome{Status::refused, 0, std::move(cause), {}};
  context_.outbound.post(guarded([this, request = std::move(request), answer] { tell(request, answer); }));
}

void Api::tell(const RequestPtr& request, Answer answer) {
  if (answer.kind == Answer::Kind::credentials || answer.kind == Answer::Kind::clock)
    answer.kind = Answer::Kind::failed;
  request->on_answer(std::move(answer));
}

std::function<void()> Api::guarded(std::function<void()> task) const {
  return [alive = std::weak_ptr<int>(alive_), task = std::move(task)] {
    if (!alive.expired()) task();
  };
}

}  // namespace towline::cloudwatch
