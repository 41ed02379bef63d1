// What was redacted where, for those who have to prove it: by transform, detector and field, how often and when for the
// first and last time. Never a value. Shown by GET /audit and `towline audit`.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace towline::telemetry {

// Safe from every thread.
class Audit {
 public:
  // Counted without a lock.
  class Entry {
   public:
    Entry(std::string_view transform, std::string_view detector, std::string_view field)
        : transform_(transform), detector_(detector), field_(field) {}
    void add(WallTime seen) noexcept;

   private:
    friend class Audit;
    std::string transform_;
    std::string detector_;
    std::string field_;
    std::atomic<std::uint64_t> count_{0};
    std::atomic<std::int64_t> first_{0};  // ns since 1970; 0: never
    std::atomic<std::int64_t> last_{0};
  };

  struct Row {
    std::string transform;
    std::string detector;
    std::string field;
    std::uint64_t count;
    WallTime first;
    WallTime last;
  };

  Audit() = default;
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  // A new entry, which lives as long as this. The caller keeps it and bounds how many it asks for.
  Entry& add(std::string_view transform, std::string_view detector, std::string_view field);

  // What was counted at least once, sorted by transform, field and detector.
  std::vector<Row> rows() const;

 private:
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;  // a deque: entries never move
};

}  // namespace towline::telemetry
