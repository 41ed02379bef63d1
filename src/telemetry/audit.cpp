#include "telemetry/audit.hpp"

#include <algorithm>
#include <tuple>

namespace towline::telemetry {

namespace {

WallTime wall_time(std::int64_t nanoseconds) {
  return WallTime(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace

void Audit::Entry::add(WallTime seen) noexcept {
  const std::int64_t at = seen.time_since_epoch().count();
  std::int64_t none = 0;
  first_.compare_exchange_strong(none, at, std::memory_order_relaxed);
  last_.store(at, std::memory_order_relaxed);
  count_.fetch_add(1, std::memory_order_release);  // a row that is counted has its times
}

Audit::Entry& Audit::add(std::string_view transform, std::string_view detector, std::string_view field) {
  const std::lock_guard lock(mutex_);
  return entries_.emplace_back(transform, detector, field);
}

std::vector<Audit::Row> Audit::rows() const {
  std::vector<Row> rows;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      const std::uint64_t count = entry.count_.load(std::memory_order_acquire);
      if (count == 0) continue;
      rows.push_back({entry.transform_, entry.detector_, entry.field_, count,
                      wall_time(entry.first_.load(std::memory_order_relaxed)),
                      wall_time(entry.last_.load(std::memory_order_relaxed))});
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.transform, a.field, a.detector) < std::tie(b.transform, b.field, b.detector);
  });
  return rows;
}

}  // namespace towline::telemetry
