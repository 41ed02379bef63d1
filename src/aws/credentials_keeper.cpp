#include "aws/credentials_keeper.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "aws/credentials_refresh.hpp"
#include "base/random.hpp"

namespace towline::aws {

namespace {

std::uint64_t seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

struct CredentialsKeeper::State {
  State(std::unique_ptr<CredentialsProvider> its_provider, const Clock& its_clock, std::function<void()> its_on_news)
      : provider(std::move(its_provider)), clock(its_clock), on_news(std::move(its_on_news)) {
    thread = std::thread([this] {
      pthread_setname_np(pthread_self(), "credentials");
      run();
    });
  }
  ~State() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    provider->cancel();
    wake.notify_one();
    thread.join();
  }

  Now now() const { return {clock.now(), clock.wall_now()}; }
  void run();
  void wait(std::unique_lock<std::mutex>& lock, Duration time);

  std::unique_ptr<CredentialsProvider> provider;  // the thread's, but for cancel()
  const Clock& clock;
  std::function<void()> on_news;
  mutable std::mutex mutex;  // guards the next four
  SeededRandom random{seed()};
  CredentialsRefresh refresh{random};
  std::uint64_t fetched = 0;
  bool stopping = false;
  std::condition_variable wake;
  std::thread thread;
};

void CredentialsKeeper::State::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    const Duration time = refresh.wait(now());
    if (time > Duration::zero()) {
      wait(lock, time);
      continue;
    }
    refresh.begin(now());
    lock.unlock();
    Result<Credentials> result = provider->fetch();
    lock.lock();
    if (stopping) return;
    refresh.end(std::move(result), now());
    ++fetched;
    lock.unlock();
    if (on_news) on_news();
    lock.lock();
  }
}

// Returns early when something has changed, and once a minute: the wall clock may have been set.
void CredentialsKeeper::State::wait(std::unique_lock<std::mutex>& lock, Duration time) {
  wake.wait_for(lock, std::min<Duration>(time, std::chrono::minutes(1)));
}

CredentialsKeeper::CredentialsKeeper(std::unique_ptr<CredentialsProvider> provider, const Clock& clock,
                                     std::function<void()> on_news)
    : state_(std::make_unique<State>(std::move(provider), clock, std::move(on_news))) {}

CredentialsKeeper::~CredentialsKeeper() = default;

Result<std::shared_ptr<const Credentials>> CredentialsKeeper::current() const {
  const std::lock_guard lock(state_->mutex);
  return state_->refresh.current(state_->clock.wall_now());
}

std::uint64_t CredentialsKeeper::refused(const std::shared_ptr<const Credentials>& credentials) {
  std::uint64_t answer = 0;
  {
    const std::lock_guard lock(state_->mutex);
    answer = state_->fetched + (state_->refresh.refused(credentials) ? 1 : 0);
  }
  state_->wake.notify_one();
  return answer;
}

std::uint64_t CredentialsKeeper::fetched() const {
  const std::lock_guard lock(state_->mutex);
  return state_->fetched;
}

std::uint64_t CredentialsKeeper::generation() const {
  const std::lock_guard lock(state_->mutex);
  return state_->refresh.generation();
}

}  // namespace towline::aws
