// The thread around CredentialsRefresh; what it decides is tested there.
#include "aws/credentials_keeper.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace towline::aws {
namespace {

using namespace std::chrono_literals;

// Gives what it is told, when it is told; watches that nobody asks twice at a time.
class Provider final : public CredentialsProvider {
 public:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    int fetches = 0;
    int inside = 0;
    int inside_max = 0;
    bool hold = false;
    bool fail = false;
    bool cancelled = false;
  };
  explicit Provider(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  Result<Credentials> fetch() override {
    std::unique_lock lock(shared_->mutex);
    const int number = ++shared_->fetches;
    shared_->inside_max = std::max(shared_->inside_max, ++shared_->inside);
    shared_->changed.notify_all();
    shared_->changed.wait(lock, [this] { return !shared_->hold || shared_->cancelled; });
    --shared_->inside;
    if (shared_->cancelled || shared_->fail) return Error{"nobody is there"};
    return Credentials{"key" + std::to_string(number), Secret("secret"), {}, {}};
  }
  void cancel() override {
    const std::lock_guard lock(shared_->mutex);
    shared_->cancelled = true;
    shared_->changed.notify_all();
  }

 private:
  std::shared_ptr<Shared> shared_;
};

class Keeper : public testing::Test {
 protected:
  std::unique_ptr<CredentialsKeeper> keeper() {
    return std::make_unique<CredentialsKeeper>(std::make_unique<Provider>(shared_), clock_, [this] { ++news_; });
  }
  void set(bool Provider::Shared::*flag, bool value) {
    const std::lock_guard lock(shared_->mutex);
    (*shared_).*flag = value;
    shared_->changed.notify_all();
  }
  bool until(const std::function<bool()>& condition) const {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  int fetches() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->fetches;
  }

  SystemClock clock_;
  std::shared_ptr<Provider::Shared> shared_ = std::make_shared<Provider::Shared>();
  std::atomic<int> news_{0};
};

TEST_F(Keeper, FetchesAtOnceAndTellsOfIt) {
  shared_->hold = true;
  const auto keeper = this->keeper();
  ASSERT_TRUE(until([&] { return fetches() == 1; }));
  ASSERT_TRUE(keeper->current());
  EXPECT_EQ(*keeper->current(), nullptr);
  EXPECT_EQ(keeper->generation(), 0U);
  set(&Provider::Shared::hold, false);
  ASSERT_TRUE(until([&] { return news_ == 1; }));
  ASSERT_TRUE(keeper->current());
  EXPECT_EQ((*keeper->current())->access_key_id, "key1");
  EXPECT_EQ(keeper->generation(), 1U);
}

TEST_F(Keeper, AFailureIsToldAndTriedAgain) {
  shared_->fail = true;
  const auto keeper = this->keeper();
  ASSERT_TRUE(until([&] { return news_ == 1; }));
  ASSERT_FALSE(keeper->current());
  EXPECT_EQ(keeper->current().error().message, "nobody is there");
  set(&Provider::Shared::fail, false);
  ASSERT_TRUE(until([&] { return static_cast<bool>(keeper->current()); }));
  EXPECT_EQ((*keeper->current())->access_key_id, "key2");
}

TEST_F(Keeper, RefusedOnesAreReplaced) {
  const auto keeper = this->keeper();
  ASSERT_TRUE(until([&] { return news_ == 1; }));
  const std::shared_ptr<const Credentials> first = *keeper->current();
  std::vector<std::thread> users;
  for (int i = 0; i < 4; ++i) {
    users.emplace_back([&] {
      for (int turn = 0; turn < 500; ++turn) keeper->refused(*keeper->current());
    });
  }
  for (std::thread& user : users) user.join();
  ASSERT_TRUE(until([&] { return keeper->generation() == 2; }));
  EXPECT_EQ((*keeper->current())->access_key_id, "key2");
  EXPECT_EQ(first->access_key_id, "key1");  // who holds the old ones may go on reading them
  keeper->refused(*keeper->current());      // within a minute: not yet
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(fetches(), 2);
  EXPECT_EQ(shared_->inside_max, 1);
}

TEST_F(Keeper, SaysWhichFetchAnswersARefusal) {
  const auto keeper = this->keeper();
  ASSERT_TRUE(until([&] { return news_ == 1; }));
  EXPECT_EQ(keeper->fetched(), 1U);
  const std::shared_ptr<const Credentials> first = *keeper->current();
  set(&Provider::Shared::hold, true);
  EXPECT_EQ(keeper->refused(first), 2U);
  EXPECT_EQ(keeper->refused(first), 2U);
  EXPECT_EQ(keeper->fetched(), 1U);
  set(&Provider::Shared::hold, false);
  ASSERT_TRUE(until([&] { return news_ == 2; }));
  EXPECT_EQ(keeper->fetched(), 2U);
  EXPECT_EQ(keeper->refused(first), 2U) << "they were replaced meanwhile";
}

TEST_F(Keeper, EndsInTheMiddleOfAFetch) {
  shared_->hold = true;
  auto keeper = this->keeper();
  ASSERT_TRUE(until([&] { return fetches() == 1; }));
  keeper.reset();
  EXPECT_TRUE(shared_->cancelled);
  EXPECT_EQ(shared_->inside, 0);
  EXPECT_EQ(news_, 0);
}

TEST_F(Keeper, EndsWhileItWaits) {
  shared_->fail = true;
  auto keeper = this->keeper();
  ASSERT_TRUE(until([&] { return news_ == 1; }));
  const MonoTime begin = MonoClock::now();
  keeper.reset();
  EXPECT_LT(MonoClock::now() - begin, 500ms);
}

TEST_F(Keeper, NobodyNeedsToListen) {
  CredentialsKeeper keeper(std::make_unique<Provider>(shared_), clock_, {});
  EXPECT_TRUE(until([&] { return keeper.generation() == 1; }));
}

}  // namespace
}  // namespace towline::aws
