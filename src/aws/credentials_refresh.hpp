// When credentials are fetched, and which ones are used meanwhile: the rules, without threads and clocks of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "aws/credentials.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace towline::aws {

// New ones are fetched this long before the old ones expire, but not before half of their life and
// retry_first have passed.
inline constexpr Duration refresh_early = std::chrono::minutes(5);
// After failed fetches: a random time between half of the limit and the limit, which doubles from the first to the
// last.
inline constexpr Duration retry_first = std::chrono::seconds(1);
inline constexpr Duration retry_last = std::chrono::seconds(60);
// Refused credentials are fetched again at most once in this time.
inline constexpr Duration refused_pause = std::chrono::seconds(60);

// The wall clock says when credentials expire; the monotonic one measures all waits.
struct Now {
  MonoTime mono;
  WallTime wall;
};

// One thread at a time.
class CredentialsRefresh {
 public:
  // `random` outlives it.
  explicit CredentialsRefresh(Random& random) : random_(random) {}

  // How long until the next fetch should begin, if nothing changes: zero is now, Duration::max() never. Ask again after
  // a minute at the latest: the wall clock may have been set. Never zero between begin() and end().
  Duration wait(Now now) const;

  // A fetch begins. There is none under way.
  void begin(Now now);
  // It has ended. Credentials that have expired already are used all the same where there are no better ones, and
  // fetched again soon: if it is this machine's clock that is wrong they are good, and otherwise the service says no.
  void end(Result<Credentials> fetched, Now now);

  // As CredentialsKeeper says.
  Result<std::shared_ptr<const Credentials>> current(WallTime now) const;
  // False: they aren't the current ones.
  bool refused(const std::shared_ptr<const Credentials>& credentials);
  std::uint64_t generation() const { return generation_; }

 private:
  void take(Credentials fetched, Now now);
  void retry_after_failure(Now now);
  bool expired(WallTime now) const;

  Random& random_;
  std::shared_ptr<const Credentials> current_;
  std::optional<WallTime> refresh_at_;  // of the current ones, if they expire
  bool expired_on_arrival_ = false;
  std::optional<Error> error_;  // of the last fetch
  std::uint64_t generation_ = 0;
  bool under_way_ = false;
  bool refused_ = false;                      // the current ones
  std::optional<MonoTime> retry_at_;          // after a failure; before that nothing is fetched
  std::optional<MonoTime> refused_fetch_at_;  // when the last fetch began because of a refusal
  unsigned failures_ = 0;                     // in a row
};

}  // namespace towline::aws
