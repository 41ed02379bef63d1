// Calls of the CloudWatch Logs API: addressed, signed, sent, and their answers judged. What a new signature can mend,
// expired credentials and a wrong clock, is mended here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/body.hpp"
#include "component/sink.hpp"
#include "config/node.hpp"
#include "net/http_message.hpp"
#include "sinks/cloudwatch/answer.hpp"
#include "sinks/cloudwatch/config.hpp"
#include "sinks/cloudwatch/identity.hpp"

namespace towline::cloudwatch {

// How long a call waits for credentials before the batch is told that there are none.
inline constexpr Duration credentials_patience = std::chrono::seconds(30);

// Used on the delivery thread.
class Api {
 public:
  using OnAnswer = std::function<void(Answer)>;

  struct Call {
    std::string operation;  // "PutLogEvents"
    codec::Body body;       // JSON
    bool gzip = false;      // the body is packed
  };

  // Looks for the region where none is given, which may take three seconds. `config`, `context` and `clock` outlive
  // this; `environment` is copied.
  Api(const CloudWatchConfig& config, const component::SinkContext& context, const config::Environment& environment,
      const Clock& clock);
  // Calls under way are dropped: their answers are not told.
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // `on_answer` is called once, later, never from inside. Its kind is done, missing, exists or failed.
  void call(Call call, OnAnswer on_answer);

  // Now, as far as the answers tell by AWS' clock.
  WallTime now() const { return clock_.wall_now() + skew(); }
  // AWS' clock less ours; zero until it has told us, and again after ours was set.
  Duration skew() const { return was_set_since(skew_learned_) ? Duration() : skew_; }
  // Whether an answer has confirmed now(), and our clock wasn't set since.
  bool knows_time() const { return confirmed_ && !was_set_since(*confirmed_); }

  bool credentials_changed() const { return identity_ && identity_->changed(); }

 private:
  struct Request {
    Call call;
    OnAnswer on_answer;
    std::string body_sha256;
    Identity::Current signed_by;
    WallTime signed_at{};  // by AWS' clock, as we knew it
    bool renewed = false;  // has had other credentials
    bool set_right = false;
    MonoTime patience_ends = MonoTime::max();
  };
  using RequestPtr = std::shared_ptr<Request>;

  void find_place(const config::Environment& environment);
  Result<config::Url> endpoint(const config::Environment& environment) const;
  void start(RequestPtr request);
  void wait_for_credentials(RequestPtr request);
  void resume();
  void give_up_waiting();
  void send(RequestPtr request);
  std::vector<Secret> headers(Request& request) const;
  void judge_reply(RequestPtr request, const net::HttpReply& reply);
  void renew(RequestPtr request, Answer answer);
  WallTime::duration ahead() const { return clock_.wall_now().time_since_epoch() - clock_.now().time_since_epoch(); }
  bool was_set_since(WallTime::duration then) const;
  void set_clock(RequestPtr request, Answer answer);
  void refuse(RequestPtr request, std::string cause);
  void tell(const RequestPtr& request, Answer answer);
  // The same, to be called by others, later: does nothing once this is gone.
  std::function<void()> guarded(std::function<void()> task) const;

  const CloudWatchConfig& config_;
  component::SinkContext context_;
  const Clock& clock_;
  net::HttpOptions options_;
  telemetry::Instrument& sent_bytes_;
  std::string region_;
  std::string url_;
  std::string host_;  // as it is signed
  std::string path_;
  std::optional<Error> no_place_;  // why there is nowhere to send to
  Duration skew_{};
  // What our wall clock was ahead of the monotonic one: it differs when the wall clock has been set.
  WallTime::duration skew_learned_{};
  std::optional<WallTime::duration> confirmed_;
  std::vector<RequestPtr> waiting_;  // for credentials
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  std::unique_ptr<Identity> identity_;  // the first to go: it calls back
};

}  // namespace towline::cloudwatch
