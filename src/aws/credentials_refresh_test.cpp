// On a virtual clock: hours pass in no time.
#include "aws/credentials_refresh.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace towline::aws {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr WallTime epoch{std::chrono::seconds(1'795'000'000)};

Credentials named(const std::string& id, std::optional<WallTime> expires = {}) {
  return {id, Secret("secret"), {}, expires};
}

// Runs a refresh as the keeper does, against a service that a test writes.
class Machine {
 public:
  // What a fetch that begins at this time (since the start) brings, and how long it takes.
  struct Fetched {
    Result<Credentials> result;
    Duration takes{};
  };
  using Service = std::function<Fetched(Duration time)>;

  explicit Machine(Service service) : service_(std::move(service)) {}

  // Passes time, second by second and at each event; `each` is called at every step.
  void run_until(Duration end, const std::function<void()>& each = {}) {
    for (;;) {
      if (under_way_ && arrives_ <= time_) arrive();
      if (refresh.wait(now()) == Duration::zero()) begin();
      if (each) each();
      if (time_ >= end) return;
      Duration next = std::min(end, time_ + std::min<Duration>(1s, refresh.wait(now())));
      if (under_way_) next = std::min(next, std::max(arrives_, time_));
      time_ = next;
    }
  }

  Now now() const { return {MonoTime(time_), epoch + time_ + wall_moved}; }
  Duration time() const { return time_; }
  bool under_way() const { return under_way_.has_value(); }

  // The id of the current ones, "none yet", or the error.
  std::string current() const {
    const Result<std::shared_ptr<const Credentials>> found = refresh.current(now().wall);
    if (!found) return found.error().message;
    return *found == nullptr ? "none yet" : (*found)->access_key_id;
  }
  void refuse() { refresh.refused(*refresh.current(now().wall)); }

  SeededRandom random{7};
  CredentialsRefresh refresh{random};
  std::vector<Duration> begun;  // when the fetches began
  Duration wall_moved{};        // how far somebody has set the wall clock

 private:
  void begin() {
    ASSERT_FALSE(under_way_) << "two fetches at a time";
    refresh.begin(now());
    begun.push_back(time_);
    under_way_ = service_(time_);
    arrives_ = time_ + under_way_->takes;
    if (arrives_ <= time_) arrive();
  }
  void arrive() {
    refresh.end(std::move(under_way_->result), now());
    under_way_.reset();
  }

  Service service_;
  Duration time_{};
  std::optional<Fetched> under_way_;
  Duration arrives_{};
};

// A service whose credentials have a number, and live an hour.
class Hourly {
 public:
  Machine::Fetched operator()(Duration time) {
    if (dead_from <= time && time < dead_until) return {Error{"dead"}, takes};
    return {named("key" + std::to_string(++given), epoch + time + life), takes};
  }
  Duration life = 1h;
  Duration takes{};
  Duration dead_from = Duration::max();
  Duration dead_until = Duration::max();
  int given = 0;
};

TEST(CredentialsRefresh, TheFirstFetchBeginsAtOnce) {
  Machine machine([](Duration) { return Machine::Fetched{named("key"), 2s}; });
  EXPECT_EQ(machine.current(), "none yet");
  machine.run_until(1s);
  EXPECT_EQ(machine.current(), "none yet");
  EXPECT_TRUE(machine.under_way());
  machine.run_until(2s);
  EXPECT_EQ(machine.current(), "key");
  EXPECT_EQ(machine.refresh.generation(), 1U);
}

TEST(CredentialsRefresh, LongLivedOnesAreFetchedOnce) {
  Machine machine([](Duration) { return Machine::Fetched{named("key"), {}}; });
  machine.run_until(100h);
  EXPECT_THAT(machine.begun, ElementsAre(0s));
  EXPECT_EQ(machine.refresh.wait(machine.now()), Duration::max());
}

TEST(CredentialsRefresh, NewOnesAreFetchedFiveMinutesBeforeTheOldExpire) {
  Hourly service;
  Machine machine(std::ref(service));
  machine.run_until(3h);
  EXPECT_THAT(machine.begun, ElementsAre(0s, 55min, 110min, 165min));
  EXPECT_EQ(machine.current(), "key4");
  EXPECT_EQ(machine.refresh.generation(), 4U);
}

TEST(CredentialsRefresh, ButNotInTheFirstHalfOfAShortLife) {
  Hourly service;
  service.life = 6min;
  Machine machine(std::ref(service));
  machine.run_until(9min);
  EXPECT_THAT(machine.begun, ElementsAre(0s, 3min, 6min, 9min));

  service.life = 1ms;
  Machine busy(std::ref(service));
  busy.run_until(10s);
  EXPECT_LE(busy.begun.size(), 11U);
}

TEST(CredentialsRefresh, OldOnesAreServedUntilTheyReallyExpire) {
  Hourly service;
  service.dead_from = 54min;
  service.dead_until = 64min;  // ten minutes, across the expiry after an hour
  Machine machine(std::ref(service));
  std::optional<Duration> back;
  machine.run_until(2h, [&] {
    const std::string current = machine.current();
    const Duration time = machine.time();
    if (time < 60min) {
      EXPECT_EQ(current, "key1") << time.count();
    } else if (time < 64min) {
      EXPECT_EQ(current, "dead") << time.count();
    }
    if (machine.time() >= 64min && current == "key2" && !back) back = machine.time();
  });
  ASSERT_TRUE(back);
  EXPECT_LE(*back, 65min);
  EXPECT_LE(machine.begun.size(), 30U);  // nobody hammers at a dead service
  EXPECT_GE(machine.begun.size(), 10U);  // nor forgets it
}

TEST(CredentialsRefresh, AnOutageBeforeTheExpiryIsNotNoticed) {
  Hourly service;
  service.dead_from = 50min;
  service.dead_until = 58min;
  Machine machine(std::ref(service));
  machine.run_until(3h, [&] { ASSERT_TRUE(machine.current().starts_with("key")); });
  EXPECT_EQ(machine.refresh.generation(), 4U);
}

TEST(CredentialsRefresh, ASlowServiceIsAskedOnceAtATime) {
  Hourly service;
  service.takes = 4min;
  Machine machine(std::ref(service));
  machine.run_until(4min);
  EXPECT_EQ(machine.current(), "key1");
  machine.run_until(5h, [&] { ASSERT_TRUE(machine.current().starts_with("key")); });
  EXPECT_EQ(machine.begun.size(), static_cast<std::size_t>(service.given));
  EXPECT_LE(service.given, 6);
}

TEST(CredentialsRefresh, AFlappingServiceIsEnough) {
  Hourly service;
  service.life = 15min;
  int asked = 0;
  Machine machine([&](Duration time) {
    if (++asked % 4 != 1) return Machine::Fetched{Error{"flapping"}, 5s};
    return service(time);
  });
  machine.run_until(24h, [&] { ASSERT_TRUE(machine.current().starts_with("key")); });
  EXPECT_GT(machine.refresh.generation(), 24U);
}

TEST(CredentialsRefresh, WaitsGrowAndAreBounded) {
  Machine machine([](Duration) { return Machine::Fetched{Error{"no"}, {}}; });
  machine.run_until(2h);
  EXPECT_EQ(machine.current(), "no");
  Duration limit = retry_first;
  Duration shortest = 1h;
  Duration longest{};
  for (std::size_t i = 1; i < machine.begun.size(); ++i) {
    const Duration wait = machine.begun[i] - machine.begun[i - 1];
    EXPECT_GE(wait, std::max<Duration>(retry_first, limit / 2)) << i;
    EXPECT_LE(wait, limit) << i;
    limit = std::min(retry_last, limit * 2);
    if (i > 10) {
      shortest = std::min(shortest, wait);
      longest = std::max(longest, wait);
    }
  }
  EXPECT_LT(shortest, 40s);  // jitter
  EXPECT_GT(longest, 50s);
}

TEST(CredentialsRefresh, AfterSuccessWaitsBeginAnew) {
  int asked = 0;
  Machine machine([&](Duration time) {
    ++asked;
    if (asked <= 8 || asked == 10) return Machine::Fetched{Error{"no"}, {}};
    return Machine::Fetched{named("key", epoch + time + 1h), {}};
  });
  machine.run_until(2h);
  ASSERT_GE(machine.begun.size(), 11U);
  EXPECT_EQ(machine.begun[10] - machine.begun[9], retry_first);
}

TEST(CredentialsRefresh, RefusedOnesAreFetchedAgainAtMostOnceAMinute) {
  int given = 0;
  Machine machine([&](Duration) { return Machine::Fetched{named("key" + std::to_string(++given)), {}}; });
  machine.run_until(10s);
  machine.refuse();
  EXPECT_EQ(machine.current(), "key1");  // until there are others
  machine.run_until(5min, [&] {
    if (machine.time() > 10s) machine.refuse();
  });
  EXPECT_THAT(machine.begun, ElementsAre(0s, 10s, 70s, 130s, 190s, 250s));
}

TEST(CredentialsRefresh, OnesThatHaveBeenReplacedMayBeRefused) {
  Hourly service;
  Machine machine(std::ref(service));
  machine.run_until(1min);
  const std::shared_ptr<const Credentials> old = *machine.refresh.current(machine.now().wall);
  machine.run_until(56min);
  machine.refresh.refused(old);
  machine.refresh.refused(nullptr);
  machine.run_until(57min);
  EXPECT_THAT(machine.begun, ElementsAre(0s, 55min));
}

TEST(CredentialsRefresh, TheSameAgainIsNoNews) {
  Machine machine([](Duration) { return Machine::Fetched{named("key"), {}}; });
  machine.run_until(1s);
  const std::shared_ptr<const Credentials> before = *machine.refresh.current(machine.now().wall);
  machine.refuse();
  machine.run_until(2s);
  EXPECT_EQ(machine.begun.size(), 2U);
  EXPECT_EQ(machine.refresh.generation(), 1U);
  EXPECT_EQ(*machine.refresh.current(machine.now().wall), before);
}

TEST(CredentialsRefresh, RefusedOnesThatCantBeReplacedGoOn) {
  Hourly service;
  service.dead_from = 1min;
  service.dead_until = 3min;
  Machine machine(std::ref(service));
  machine.run_until(1min);
  machine.refuse();
  machine.run_until(2min);
  EXPECT_EQ(machine.current(), "key1");
  machine.run_until(4min);
  EXPECT_EQ(machine.current(), "key2");
}

TEST(CredentialsRefresh, ThoseThatHaveExpiredOnArrivalAreBetterThanNone) {
  Hourly service;
  service.life = -1h;  // or this machine's clock is ahead
  Machine machine(std::ref(service));
  machine.run_until(10min, [&] { ASSERT_TRUE(machine.current().starts_with("key")); });
  EXPECT_GE(machine.begun.size(), 10U);
  EXPECT_LE(machine.begun.size(), 30U);
}

TEST(CredentialsRefresh, ButNotThanThoseThatAreStillGood) {
  Hourly service;
  Machine machine([&](Duration time) {
    if (time > 0s && time < 58min) return Machine::Fetched{named("stale", epoch), {}};
    return service(time);
  });
  machine.run_until(2h, [&] { ASSERT_TRUE(machine.current().starts_with("key")) << machine.time().count(); });
  EXPECT_EQ(service.given, 3);
}

TEST(CredentialsRefresh, AWallClockThatIsSetForwardIsNoticed) {
  Hourly service;
  Machine machine(std::ref(service));
  machine.run_until(10min);
  machine.wall_moved = 50min;  // all of it is over, says the clock
  EXPECT_EQ(machine.current(), "none yet");
  EXPECT_EQ(machine.refresh.wait(machine.now()), Duration::zero());
}

}  // namespace
}  // namespace towline::aws
