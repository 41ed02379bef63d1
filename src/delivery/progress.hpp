// Which records of a stream are settled for one sink: a mark below which all are, and stretches above it, because
// batches in flight may be settled out of order.
#pragma once

#include <cstdint>
#include <map>

#include "base/check.hpp"

namespace towline::delivery {

class Progress {
 public:
  explicit Progress(std::uint64_t first_seq) : mark_(first_seq) {}

  // The records [begin, end) are settled, each of them for the first time.
  void settle(std::uint64_t begin, std::uint64_t end) {
    CHECK(begin >= mark_ && begin < end);
    CHECK(ahead_.emplace(begin, end).second);
    settled_ += end - begin;
    while (!ahead_.empty() && ahead_.begin()->first == mark_) {
      mark_ = ahead_.begin()->second;
      ahead_.erase(ahead_.begin());
    }
  }

  std::uint64_t mark() const { return mark_; }
  std::uint64_t settled() const { return settled_; }  // records, those above the mark included

 private:
  std::uint64_t mark_;
  std::uint64_t settled_ = 0;
  std::map<std::uint64_t, std::uint64_t> ahead_;  // begin -> end; as many as batches in flight or waiting at the most
};

}  // namespace towline::delivery
