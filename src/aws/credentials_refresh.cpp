#include "aws/credentials_refresh.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace towline::aws {

namespace {

bool same(const Credentials& one, const Credentials& other) {
  return one.access_key_id == other.access_key_id && one.secret_access_key == other.secret_access_key &&
         one.session_token == other.session_token && one.expires == other.expires;
}

}  // namespace

Duration CredentialsRefresh::wait(Now now) const {
  if (under_way_) return Duration::max();
  if (retry_at_) return std::max(*retry_at_ - now.mono, Duration::zero());
  if (!current_) return Duration::zero();
  Duration wait = Duration::max();
  if (refresh_at_) wait = std::max(Duration(*refresh_at_ - now.wall), Duration::zero());
  if (!refused_) return wait;
  if (!refused_fetch_at_) return Duration::zero();
  return std::min(wait, std::max(*refused_fetch_at_ + refused_pause - now.mono, Duration::zero()));
}

void CredentialsRefresh::begin(Now now) {
  CHECK(!under_way_);
  under_way_ = true;
  retry_at_.reset();
  if (refused_) refused_fetch_at_ = now.mono;
}

void CredentialsRefresh::end(Result<Credentials> fetched, Now now) {
  CHECK(under_way_);
  under_way_ = false;
  if (!fetched) {
    error_ = fetched.error();
    return retry_after_failure(now);
  }
  const bool too_late = fetched->expires && *fetched->expires <= now.wall;
  if (too_late && current_ && !refused_ && !expired(now.wall)) {
    error_ = Error{"the credentials that were given have expired already"};
  } else {
    take(std::move(*fetched), now);
  }
  if (too_late) return retry_after_failure(now);
  failures_ = 0;
}

void CredentialsRefresh::take(Credentials fetched, Now now) {
  error_.reset();
  refused_ = false;
  const bool news = !current_ || !same(*current_, fetched);
  if (news) {
    current_ = std::make_shared<const Credentials>(std::move(fetched));
    ++generation_;
  }
  expired_on_arrival_ = current_->expires && *current_->expires <= now.wall;
  refresh_at_.reset();
  if (!current_->expires) return;
  const Duration life = *current_->expires - now.wall;
  refresh_at_ = now.wall + std::max({life - refresh_early, life / 2, retry_first});
}

void CredentialsRefresh::retry_after_failure(Now now) {
  const Duration limit = std::min(retry_last, retry_first * (1 << std::min(failures_, 10U)));
  ++failures_;
  const auto half = static_cast<std::uint64_t>(limit.count() / 2);
  const Duration wait = limit / 2 + Duration(static_cast<Duration::rep>(random_.below(half + 1)));
  retry_at_ = now.mono + std::max(wait, retry_first);
}

bool CredentialsRefresh::expired(WallTime now) const {
  return current_->expires && *current_->expires <= now && !expired_on_arrival_;
}

Result<std::shared_ptr<const Credentials>> CredentialsRefresh::current(WallTime now) const {
  if (current_ && !expired(now)) return current_;
  if (error_) return *error_;
  return std::shared_ptr<const Credentials>();
}

bool CredentialsRefresh::refused(const std::shared_ptr<const Credentials>& credentials) {
  if (credentials == nullptr || credentials != current_) return false;
  refused_ = true;
  return true;
}

}  // namespace towline::aws
