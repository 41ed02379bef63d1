// Keeps credentials fresh: fetches them on a thread of its own, five minutes before they expire, never twice at the
// same time; goes on with the old ones until they have really expired.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "aws/credentials.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace towline::aws {

// One way to get credentials. Used by one thread, which it may block for some seconds.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  // The error says who was asked and what was wrong, without secrets.
  virtual Result<Credentials> fetch() = 0;
  // Any thread: a fetch that is under way, and every later one, ends soon with an error. Nobody wants them any more.
  virtual void cancel() {}
};

// Safe from every thread. When each fetch begins is decided by CredentialsRefresh (credentials_refresh.hpp).
class CredentialsKeeper {
 public:
  // The first fetch begins at once. `clock` outlives the keeper. `on_news`, if there is one, is called on the keeper's
  // thread after each fetch, whatever came of it.
  CredentialsKeeper(std::unique_ptr<CredentialsProvider> provider, const Clock& clock, std::function<void()> on_news);
  // Cancels a fetch under way, and waits for it.
  ~CredentialsKeeper();
  CredentialsKeeper(const CredentialsKeeper&) = delete;
  CredentialsKeeper& operator=(const CredentialsKeeper&) = delete;

  // Those that can be used now; null while the first fetch is under way. The error is that of the last fetch, where
  // there are none or the last ones have expired. Never waits.
  Result<std::shared_ptr<const Credentials>> current() const;

  // The service has refused these as expired or unknown: they are fetched again, at most once in refused_pause, and
  // not at all if they have been replaced meanwhile. Answers which fetch shows what has come of it: fetched() is then
  // that number or a higher one, maybe already. News before that is of an earlier fetch.
  std::uint64_t refused(const std::shared_ptr<const Credentials>& credentials);
  // How many fetches have ended.
  std::uint64_t fetched() const;

  // Counts fetches that brought something new: a change makes it worth asking a service again that has refused us.
  std::uint64_t generation() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace towline::aws
