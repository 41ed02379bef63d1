#include "simulation/random_walk.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "simulation/last_words.hpp"

namespace towline::simulation {

namespace {

enum Action : std::uint8_t { append, store, save, cursors, deliver, reply, fill_disk, flip, crash, actions };

struct Plan {
  Settings settings;
  std::array<std::uint32_t, actions> weights{};
};

template <class T>
T one_of(Choices& choices, std::initializer_list<T> values) {
  return *(values.begin() + choices.below(values.size()));
}

Plan draw_plan(Choices& choices) {
  Plan plan;
  Settings& settings = plan.settings;
  settings.world.sinks = one_of(choices, {1U, 2U, 3U});
  settings.in_flight = one_of(choices, {1U, 1U, 4U});
  settings.fallback = choices.below(3) == 0;
  settings.world.in_order = settings.in_flight == 1 && !settings.fallback && choices.below(2) == 0;
  settings.world.poison_every = one_of(choices, {0U, 7U});
  settings.world.large_every = one_of(choices, {0U, 3U, 1U});
  settings.world.large_bytes = one_of(choices, {1'500U, 9'000U, 30'000U, 60'000U});
  settings.batch_records = one_of(choices, {2U, 1U, 5U});
  settings.segment_bytes = one_of<std::uint64_t>(choices, {200, 2'000, 50'000});
  settings.max_size = 1U << 20U;
  settings.memory = one_of<std::uint64_t>(choices, {4U << 20U, 200'000, 2'000});
  settings.when_full =
      one_of(choices, {component::WhenFull::block, component::WhenFull::drop_oldest, component::WhenFull::drop_newest});
  settings.packed_from = one_of(choices, {0U, 1U, 1000U});
  settings.durability =
      one_of(choices, {stream::Durability::power, stream::Durability::power, stream::Durability::process});
  settings.thorough_sync_errors = true;
  settings.sync_errors = one_of(choices, {0U, 1U, UINT32_MAX});
  settings.sync_error_weight = one_of(choices, {5U, 30U});
  settings.replies_lost = one_of(choices, {UINT32_MAX, 0U});
  settings.unavailable_weight = one_of(choices, {10U, 10U, 2'000U});
  settings.flips = settings.world.bad_bits = one_of(choices, {0U, 1U, 3U});
  settings.keep = choices.below(3) == 0;
  settings.cursors_apart = choices.below(2) == 0;

  for (const Action action : {append, store, save, deliver, crash})
    plan.weights[action] = one_of(choices, {16U, 4U, 1U});
  plan.weights[cursors] = settings.cursors_apart ? one_of(choices, {16U, 4U, 1U}) : 0;
  plan.weights[crash] = one_of(choices, {4U, 1U, 0U});
  plan.weights[reply] = 16;
  plan.weights[fill_disk] = one_of(choices, {0U, 1U, 4U});
  plan.weights[flip] = settings.flips > 0 ? 1 : 0;
  return plan;
}

std::string describe(const Settings& settings) {
  std::string text;
  const auto add = [&](std::string_view name, std::uint64_t value) {
    text += std::string(name) + " " + (value == UINT32_MAX ? "unlimited" : std::to_string(value)) + ", ";
  };
  add("sinks", settings.world.sinks);
  add("in order", settings.world.in_order ? 1 : 0);
  add("in flight", settings.in_flight);
  add("batch records", settings.batch_records);
  add("poison every", settings.world.poison_every);
  add("large every", settings.world.large_every);
  add("segment bytes", settings.segment_bytes);
  add("large bytes", settings.world.large_bytes);
  add("when full", static_cast<std::uint64_t>(settings.when_full));
  add("memory", settings.memory);
  add("unavailable", settings.unavailable_weight);
  add("packed from", settings.packed_from);
  add("fallback", settings.fallback ? 1 : 0);
  add("keep", settings.keep ? 1 : 0);
  add("cursors apart", settings.cursors_apart ? 1 : 0);
  add("sync errors", settings.sync_errors);
  text += settings.durability == stream::Durability::power ? "durable over power cuts" : "durable over kills only";
  return text + "\n";
}

constexpr std::string_view names[actions] = {"append",           "store", "save", "cursors", "deliver", "reply",
                                             "disk full or not", "flip",  "crash"};

class Walk {
 public:
  Walk(Choices& choices, Plan plan) : choices_(choices), plan_(std::move(plan)), story_(describe(plan_.settings)) {}

  Walked run(std::uint32_t steps, const std::function<bool()>& ended) {
    const LastWords words([this] { return story_; });
    begin({{}, Oracle(plan_.settings.world), 0});
    for (std::uint32_t step = 0; step < steps && !ended() && !world_->oracle().violation(); ++step) take_step();
    story_ += "; faults stop";
    world_->finish();
    world_->restart();

    Walked walked;
    for (std::size_t i = 0; i < walked.seen.size(); ++i)
      walked.seen[i] = world_->oracle().has_seen(static_cast<Sometimes>(i));
    if (world_->oracle().violation()) walked.finding = Finding{story_, *world_->oracle().violation()};
    return walked;
  }

 private:
  // The power may fail in the middle of a recovery.
  void begin(Snapshot snapshot) {
    for (;;) {
      until_crash_ = choices_.pick({9, plan_.weights[crash]}) == 0 ? -1 : static_cast<int>(choices_.below(20));
      cut_.reset();
      world_ =
          std::make_unique<World>(plan_.settings, snapshot, choices_, [this](const World& now) { count_down(now); });
      until_crash_ = -1;
      story_ += world_->take_notes();
      if (!cut_) return;
      snapshot = std::move(*cut_);
      story_ += "CRASH in recovery" + lost_ + "\n";
    }
  }

  void take_step() {
    std::array<std::uint32_t, actions> weights = plan_.weights;
    if (!world_->can_reply()) weights[reply] = 0;
    if (!world_->can_flip()) weights[flip] = 0;
    const auto action = static_cast<Action>(choices_.pick(weights));
    if (action == crash) return crash_in(somewhere_in());
    act(action);
  }

  Action somewhere_in() {
    const bool when_committing = choices_.below(2) == 0;
    if (when_committing) return store;
    return plan_.settings.cursors_apart ? cursors : save;
  }

  void crash_in(Action action) {
    until_crash_ = static_cast<int>(choices_.below(12));
    act(action);
    if (!cut_) {
      until_crash_ = 0;
      count_down(*world_);
    }
    story_ += "; CRASH" + lost_ + "\n";
    begin(std::move(*std::exchange(cut_, std::nullopt)));
  }

  void count_down(const World& now) {
    if (until_crash_ < 0 || cut_) return;
    if (until_crash_-- > 0) return;
    lost_.clear();
    cut_ = now.crash(choices_, lost_);
  }

  void act(Action action) {
    if (!story_.empty() && story_.back() != '\n') story_ += ", ";
    story_ += names[action];
    perform(action);
    story_ += world_->take_notes();
  }

  void perform(Action action) {
    switch (action) {
      case append:
        return world_->append();
      case store:
        return world_->store();
      case save:
        return world_->save();
      case cursors:
        return world_->write_cursors();
      case deliver:
        return world_->deliver();
      case reply:
        return world_->reply();
      case fill_disk:
        return world_->fill_disk();
      case flip:
        return world_->flip();
      case crash:
      case actions:
        break;
    }
  }

  Choices& choices_;
  const Plan plan_;
  std::unique_ptr<World> world_;
  int until_crash_ = -1;         // changes of the disk; negative: no crash is planned
  std::optional<Snapshot> cut_;  // what that crash left
  std::string lost_;
  std::string story_;
};

// In a process of its own.
bool violates(const Trail& trail, std::uint32_t steps) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stdout) == nullptr || std::freopen("/dev/null", "w", stderr) == nullptr)
      _exit(0);
    TrailChoices choices(trail);
    _exit(walk(choices, steps, [&] { return choices.ended(); }).finding ? 1 : 0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

}  // namespace

Walked walk(Choices& choices, std::uint32_t steps, const std::function<bool()>& ended, bool trace) {
  Plan plan = draw_plan(choices);
  plan.settings.trace = trace;
  return Walk(choices, std::move(plan)).run(steps, ended);
}

Trail shrink(Trail trail, std::uint32_t steps) {
  for (std::size_t size = trail.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at + size <= trail.size();) {
      Trail shorter = trail;
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at),
                    shorter.begin() + static_cast<std::ptrdiff_t>(at + size));
      if (violates(shorter, steps)) {
        trail = std::move(shorter);
      } else {
        at += size;
      }
    }
  }
  for (std::uint32_t& value : trail) {
    const std::uint32_t old = std::exchange(value, 0);
    if (old != 0 && !violates(trail, steps)) value = old;
  }
  return trail;
}

}  // namespace towline::simulation
