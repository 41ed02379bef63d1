// The memory budget (setting `memory`): what towline holds is charged here, and sources stop reading while it is
// used up. It counts; it does not allocate. Safe from every thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

namespace towline {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit_bytes) : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Called, from the thread that released, when there is room again after exhausted() has answered true.
  // Set before other threads use the budget.
  void on_room(std::function<void()> callback) { on_room_ = std::move(callback); }

  void charge(std::uint64_t bytes) noexcept { used_.fetch_add(bytes, std::memory_order_relaxed); }
  void release(std::uint64_t bytes) noexcept;

  // True when nothing more may be taken in. Whoever is told so is waiting from then on, and on_room will be called.
  bool exhausted() noexcept;
  // More than half is used: batches are sealed early rather than left to grow.
  bool pressed() const noexcept { return used() > limit_ / 2; }

  std::uint64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  std::uint64_t limit() const noexcept { return limit_; }

 private:
  std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
  std::atomic<bool> waiting_{false};
  std::function<void()> on_room_;
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
