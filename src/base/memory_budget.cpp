#include "base/memory_budget.hpp"

namespace towline {

bool MemoryBudget::exhausted() noexcept {
  if (used() < limit_) return false;
  waiting_.store(true, std::memory_order_seq_cst);
  // Between the check and the store everything may have been released: look once more, or nobody would call.
  // The flag stays set even then: someone else may be waiting by now, and one call too many does no harm.
  return used_.load(std::memory_order_seq_cst) >= limit_;
}

void MemoryBudget::release(std::uint64_t bytes) noexcept {
  const std::uint64_t before = used_.fetch_sub(bytes, std::memory_order_seq_cst);
  // An eighth is left free before reading resumes, so that sources don't stop and go for every chunk.
  if (before - bytes > limit_ - limit_ / 8) return;
  if (waiting_.load(std::memory_order_seq_cst) && waiting_.exchange(false) && on_room_) on_room_();
}

void Charge::resize(std::uint64_t bytes) {
  if (budget_ == nullptr) return;
  if (bytes > bytes_) budget_->charge(bytes - bytes_);
  if (bytes < bytes_) budget_->release(bytes_ - bytes);
  bytes_ = bytes;
}

}  // namespace towline
