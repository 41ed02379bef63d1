#include "base/memory_budget.hpp"

namespace towline {

std::uint64_t MemoryBudget::mark(bool gave_way) const noexcept {
  const Relief relief = relief_.load();
  const bool relieved = relief == Relief::policy || (relief == Relief::ceiling && gave_way);
  if (relieved) return limit_;
  return full_elsewhere_.load() ? 0 : Marks(limit_).soft;
}

std::uint64_t MemoryBudget::soft_limit() const noexcept {
  return Marks(limit_).soft;
}

// Some is left free before reading resumes, so that sources don't stop and go for every chunk.
std::uint64_t MemoryBudget::resume_mark() const noexcept {
  const Marks marks(limit_);
  return relief_.load() == Relief::none ? marks.low : marks.high;
}

bool MemoryBudget::exhausted(bool gave_way) noexcept {
  if (used() < mark(gave_way)) return false;
  waiting_.store(true);
  // Between the check and the store everything may have been released, or relief given: look once more, or nobody would
  // call. The flag stays set even then: someone else may be waiting by now, and one call too many does no harm.
  return used_.load() >= mark(gave_way);
}

void MemoryBudget::release(std::uint64_t bytes) noexcept {
  const std::uint64_t before = used_.fetch_sub(bytes);
  if (before - bytes <= resume_mark()) tell_room();
}

void MemoryBudget::set_relief(Relief relief, bool full_elsewhere) {
  const bool is_relief = relief_.exchange(relief) != relief && relief != Relief::none;
  const bool is_over = full_elsewhere_.exchange(full_elsewhere) && !full_elsewhere;
  if (is_relief || is_over) tell_room();
}

void MemoryBudget::tell_room() {
  if (waiting_.load() && waiting_.exchange(false) && on_room_) on_room_();
}

void MemoryBudget::give_way() {
  asked_.store(true);
  if (on_give_way_) on_give_way_();
}

void Charge::resize(std::uint64_t bytes) {
  if (budget_ == nullptr) return;
  if (bytes > bytes_) budget_->charge(bytes - bytes_);
  if (bytes < bytes_) budget_->release(bytes_ - bytes);
  bytes_ = bytes;
}

}  // namespace towline
