#include "sinks/cloudwatch/identity.hpp"

#include <utility>

#include "aws/chain.hpp"
#include "aws/credentials_refresh.hpp"

namespace towline::cloudwatch {

Identity::Identity(const CloudWatchConfig& config, const std::string& region, const config::Environment& environment,
                   const Clock& clock, std::function<void()> on_news)
    : access_key_id_(config.access_key_id),
      secret_access_key_(config.secret_access_key),
      session_token_(config.session_token) {
  if (access_key_id_.configured()) return;
  aws::ChainOptions options;
  options.profile = config.profile;
  options.region = region;
  keeper_ = std::make_unique<aws::CredentialsKeeper>(aws::credentials_chain(std::move(options), environment), clock,
                                                     std::move(on_news));
}

Result<Identity::Current> Identity::current() {
  if (!keeper_) return given();
  seen_generation_ = keeper_->generation();
  return keeper_->current();
}

// The same object for as long as the keys are the same.
Result<Identity::Current> Identity::given() {
  const Result<Secret> id = access_key_id_.read();
  const Result<Secret> secret = secret_access_key_.read();
  const Result<Secret> token = session_token_.configured() ? session_token_.read() : Result<Secret>(Secret());
  for (const Result<Secret>* part : {&id, &secret, &token})
    if (!*part) return part->error();
  const bool same = given_ && given_->access_key_id == id->reveal() && given_->secret_access_key == *secret &&
                    given_->session_token == *token;
  if (!same) {
    auto credentials = std::make_shared<aws::Credentials>();
    credentials->access_key_id = id->reveal();
    credentials->secret_access_key = *secret;
    credentials->session_token = *token;
    given_ = std::move(credentials);
  }
  return given_;
}

// Several requests may be refused with the same ones: the first asks for others, all wait for them.
Identity::Renewal Identity::renew(const Current& refused, MonoTime now) {
  const Result<Current> present = current();
  if (present && *present != refused) return Renewal::replaced;
  if (!keeper_) return Renewal::none;
  if (coming_) return Renewal::coming;
  if (renewed_at_ && now < *renewed_at_ + aws::refused_pause) return Renewal::none;
  awaited_ = keeper_->refused(refused);
  if (keeper_->fetched() >= awaited_) return Renewal::replaced;
  renewed_at_ = now;
  coming_ = true;
  return Renewal::coming;
}

// That of a fetch which had ended before the renewal may come after it.
bool Identity::news() {
  if (coming_ && keeper_->fetched() >= awaited_) coming_ = false;
  return !coming_;
}

bool Identity::changed() const {
  if (keeper_) return keeper_->generation() != seen_generation_;
  return access_key_id_.changed() || secret_access_key_.changed() || session_token_.changed();
}

}  // namespace towline::cloudwatch
