#include "simulation/exhaustive.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "simulation/last_words.hpp"

namespace towline::simulation {

namespace {

// A machine that is off, and how it came to that.
struct State {
  Snapshot snapshot;
  std::uint32_t steps = 0;
  std::shared_ptr<const State> before;
  std::string story;  // of the life that led here
};
using StatePtr = std::shared_ptr<const State>;

std::string whole_story(const State* state) {
  return state == nullptr ? std::string() : whole_story(state->before.get()) + state->story;
}

// States of the last level are judged as they come up and not kept: they are most of all.
class LastLevel {
 public:
  bool is_new(std::uint64_t fingerprint) {
    const std::lock_guard lock(mutex_);
    return known_.insert(fingerprint).second;
  }
  std::size_t size() const { return known_.size(); }

 private:
  std::mutex mutex_;
  std::unordered_set<std::uint64_t> known_;
};

// All lives that begin with one state.
class Lives {
 public:
  // The fewest steps in which this thread has come to a state so far.
  using Best = std::unordered_map<std::uint64_t, std::uint32_t>;
  struct Shared {
    const Exhaustive& what;
    LastLevel& last_level;
    Best& best;
    std::vector<StatePtr>& next;
    Explored& explored;
  };

  // Only one part of them: those whose second action is one of every `parts` (at most 4).
  Lives(const Shared& shared, StatePtr state, std::size_t part, std::size_t parts)
      : what_(shared.what),
        shared_(shared),
        explored_(shared.explored),
        state_(std::move(state)),
        part_(part),
        parts_(parts) {}

  void play() {
    if (part_ == 0) check_drain(*state_);
    if (explored_.finding || state_->steps == what_.depth) return;
    const std::string before = whole_story(state_.get());
    const LastWords words([&] { return before + story_; });
    if (part_ == 0) flip_bits();
    do {
      play_one();
    } while (!explored_.finding && odometer_.next());
  }

 private:
  // Faults stop at once: recovery finds the same twice, everything arrives.
  void check_drain(const State& state) {
    const LastWords words([&] { return whole_story(&state); });
    ++explored_.lives;
    Settings calm = what_.settings;
    calm.sync_errors = 0;
    TrailChoices nothing_to_choose({});
    World world(calm, state.snapshot, nothing_to_choose);
    if (!world.oracle().violation()) {
      const World again(calm, {world.disk().killed(), world.oracle(), world.draws()}, nothing_to_choose);
      if (again.found() != world.found())
        found("P9: a second recovery finds " + again.found().text() + " instead of " + world.found().text(), &state);
    }
    world.finish();
    world.restart();
    judge(world, &state);
  }

  void play_one() {
    ++explored_.lives;
    story_.clear();
    steps_ = state_->steps;
    World world(what_.settings, state_->snapshot, odometer_, [this](const World& now) { crash(now); });
    if (world.oracle().sync_errors() > state_->snapshot.oracle.sync_errors()) tell("recovery" + world.take_notes());
    judge(world);
    while (steps_ < what_.depth && !explored_.finding) {
      const std::uint64_t activity = world.activity();
      ++steps_;
      act(world);
      story_ += world.take_notes();
      judge(world);
      if (world.activity() == activity) return;  // nothing has happened: the shorter history is another one
      crash(world);
    }
    if (explored_.finding) return;
    story_ += "; faults stop";
    world.finish();
    judge(world);
  }

  void act(World& world) {
    std::array<std::uint32_t, 5> weights{1, 1, 1, 1, what_.disk_full && !world.disk_is_full() ? 1U : 0U};
    if (steps_ == state_->steps + 2) {
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i % parts_ == part_ ? weights[i] : 0;
    }
    switch (odometer_.pick(weights)) {
      case 0:
        return tell("append"), world.append();
      case 1:
        return tell("store"), world.store();
      case 2:
        return tell("save"), world.save();
      case 3:
        return tell("deliver"), world.deliver();
      case 4:
        return tell("disk full"), world.fill_disk();
    }
  }

  void tell(std::string_view what) {
    if (!story_.empty()) story_ += ", ";
    story_ += what;
  }

  // The power fails here, in every legal way.
  void crash(const World& world) {
    if (!odometer_.is_new() || steps_ >= what_.depth) return;
    Odometer outcomes;
    do {
      std::string lost;
      Snapshot after = world.crash(outcomes, lost);
      ++explored_.crashes;
      add(std::move(after), steps_ + 1, story_ + (story_.empty() ? "" : ", ") + "CRASH" + lost + "\n");
    } while (outcomes.next());
  }

  void flip_bits() {
    if (state_->snapshot.oracle.flips() >= what_.settings.flips) return;
    for (const auto& [name, bytes] : state_->snapshot.image.files) {
      for (std::uint64_t byte = 0; byte < bytes->text().size(); byte += what_.flip_stride) {
        const std::string_view all = bytes->text();
        if (byte > 0 && all.substr(byte, what_.flip_stride) == all.substr(byte - what_.flip_stride, what_.flip_stride))
          continue;
        Disk disk(state_->snapshot.image);
        disk.flip(name, byte, byte / what_.flip_stride % 8);
        Snapshot after{disk.killed(), state_->snapshot.oracle, state_->snapshot.draws};
        after.oracle.bit_flipped();
        add(std::move(after), state_->steps + 1, "bit flip in " + name + " at " + std::to_string(byte) + "\n");
      }
    }
  }

  void add(Snapshot snapshot, std::uint32_t steps, std::string story) {
    const std::uint64_t fingerprint = snapshot.fingerprint();
    if (steps == what_.depth) {
      if (shared_.last_level.is_new(fingerprint))
        check_drain(State{std::move(snapshot), steps, state_, std::move(story)});
      return;
    }
    const auto [known, fresh] = shared_.best.emplace(fingerprint, steps);
    if (!fresh && known->second <= steps) return;
    known->second = steps;
    shared_.next.push_back(std::make_shared<State>(State{std::move(snapshot), steps, state_, std::move(story)}));
  }

  // `state`: where the story ends; null: in the life that is being played.
  void judge(const World& world, const State* state = nullptr) {
    for (std::size_t i = 0; i < explored_.seen.size(); ++i)
      explored_.seen[i] += world.oracle().has_seen(static_cast<Sometimes>(i)) ? 1U : 0U;
    if (world.oracle().violation()) found(*world.oracle().violation(), state);
  }

  void found(const std::string& violation, const State* state) {
    if (explored_.finding) return;
    explored_.finding = Finding{state != nullptr ? whole_story(state) : whole_story(state_.get()) + story_, violation};
  }

  const Exhaustive& what_;
  const Shared& shared_;
  Explored& explored_;
  const StatePtr state_;
  const std::size_t part_;
  const std::size_t parts_;
  Odometer odometer_;
  std::string story_;
  std::uint32_t steps_ = 0;
};

void add_up(Explored& sum, Explored part) {
  if (!sum.finding) sum.finding = std::move(part.finding);
  sum.crashes += part.crashes;
  sum.lives += part.lives;
  for (std::size_t i = 0; i < sum.seen.size(); ++i) sum.seen[i] += part.seen[i];
}

}  // namespace

Explored explore(const Exhaustive& what) {
  Explored sum;
  std::unordered_set<std::uint64_t> known;
  LastLevel last_level;
  std::vector<std::vector<StatePtr>> levels(what.depth + 1);
  levels[0].push_back(std::make_shared<State>(State{{{}, Oracle(what.settings.world), 0}, 0, nullptr, {}}));
  for (std::uint32_t steps = 0; steps < what.depth && !sum.finding; ++steps) {
    const std::vector<StatePtr> level = std::exchange(levels[steps], {});
    const std::size_t parts = level.size() < 100 ? 4 : 1;  // the first levels are a few states with many lives each
    std::atomic<std::size_t> claimed{0};
    std::atomic<bool> enough{false};
    std::mutex mutex;
    const auto work = [&] {
      Explored part;
      std::vector<StatePtr> next;
      Lives::Best best;
      const Lives::Shared shared{what, last_level, best, next, part};
      for (std::size_t i = claimed++; i < level.size() * parts && !enough; i = claimed++) {
        Lives(shared, level[i / parts], i % parts, parts).play();
        if (part.finding) enough = true;
      }
      const std::lock_guard lock(mutex);
      add_up(sum, std::move(part));
      for (StatePtr& state : next) levels[state->steps].push_back(std::move(state));
    };
    std::vector<std::thread> workers;
    for (std::uint32_t i = 0; i < what.threads; ++i) workers.emplace_back(work);
    for (std::thread& worker : workers) worker.join();
    sum.states += level.size();
    // States of the next level that are known from a shorter history, or came twice.
    std::erase_if(levels[steps + 1],
                  [&](const StatePtr& state) { return !known.insert(state->snapshot.fingerprint()).second; });
  }
  sum.states += last_level.size();
  return sum;
}

}  // namespace towline::simulation
