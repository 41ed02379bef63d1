// The memory budget (setting `memory`): what towline holds is charged here, and sources stop reading while it is
// used up. It counts; it does not allocate. Safe from every thread, without locks.
//
// There are two marks. At the soft one, an eighth below the limit, sources stop. The last eighth is for those who go on
// while somebody is full: with relief, sources stop only at the limit itself. Who is full, and whether relief is given,
// others decide (delivery/room.hpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

namespace towline {

class MemoryBudget {
 public:
  enum class Relief : std::uint8_t {
    none,
    ceiling,  // for sources that gave way: they have waited for as long as they may
    policy,   // for every source: a sink loses records rather than have them wait
  };

  explicit MemoryBudget(std::uint64_t limit_bytes) : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Called, from the thread that released or gave relief, when there may be room again after exhausted() has answered
  // true. Set before other threads use the budget.
  void on_room(std::function<void()> callback) { on_room_ = std::move(callback); }
  // Called from the thread that calls give_way(). Set before other threads use the budget.
  void on_give_way(std::function<void()> callback) { on_give_way_ = std::move(callback); }

  void charge(std::uint64_t bytes) noexcept { used_.fetch_add(bytes, std::memory_order_relaxed); }
  void release(std::uint64_t bytes) noexcept;

  // True when nothing more may be taken in. Whoever is told so is waiting from then on, and on_room will be called.
  // `gave_way`: the one who asks has called give_way(), and there was no room since.
  bool exhausted(bool gave_way = false) noexcept;
  // For those who don't wait: would this much more stay below the mark at which they stop?
  bool has_room_for(std::uint64_t bytes) const noexcept { return used() + bytes <= mark(false); }
  // What there is below that mark without relief.
  std::uint64_t soft_limit() const noexcept;
  // Somebody was told so and has not been called since.
  bool somebody_waits() const noexcept { return waiting_.load(); }
  // More than half is used: batches are sealed early rather than left to grow.
  bool pressed() const noexcept { return used() > limit_ / 2; }

  // A source has waited for as long as it may, and asks for relief.
  void give_way();
  // Has one asked since the last call?
  bool take_request() noexcept { return asked_.exchange(false); }
  // `full_elsewhere`: not the memory but a disk is full; who has no relief has to stop, however little is used.
  void set_relief(Relief relief, bool full_elsewhere = false);

  std::uint64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  std::uint64_t limit() const noexcept { return limit_; }

 private:
  std::uint64_t mark(bool gave_way) const noexcept;
  std::uint64_t resume_mark() const noexcept;
  void tell_room();

  std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
  std::atomic<Relief> relief_{Relief::none};
  std::atomic<bool> full_elsewhere_{false};
  std::atomic<bool> waiting_{false};
  std::atomic<bool> asked_{false};
  std::function<void()> on_room_;
  std::function<void()> on_give_way_;
};

// A limit as it is shared out: see above. Disks are shared out in the same way.
struct Marks {
  explicit Marks(std::uint64_t limit)
      : low(limit - 2 * (limit / 8)), soft(limit - limit / 8), high(limit - limit / 16) {}
  std::uint64_t low;   // below it there is room again for those who stopped at `soft`
  std::uint64_t soft;  // here it is full
  std::uint64_t high;  // below it there is room again for those who stopped at the limit
};

// Holds a charge for as long as it lives.
class Charge {
 public:
  Charge() = default;
  Charge(MemoryBudget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) { budget.charge(bytes); }
  Charge(Charge&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Charge& operator=(Charge&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Charge() {
    if (budget_ != nullptr) budget_->release(bytes_);
  }

  std::uint64_t bytes() const { return bytes_; }
  void resize(std::uint64_t bytes);

 private:
  MemoryBudget* budget_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace towline
