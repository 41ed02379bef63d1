#include "sinks/cloudwatch/cut.hpp"

#include <algorithm>
#include <optional>

namespace towline::cloudwatch {

namespace {

bool earlier(const Event& a, const Event& b) {
  return a.time_ms < b.time_ms;
}

// They are neighbours where they wait, and must arrive in their order: their times don't tell it.
bool are_parts_of_one(const Event& a, const Event& b) {
  return a.attempt == b.attempt && a.record == b.record && a.time_ms == b.time_ms;
}

// A call as it is filled.
class Call {
 public:
  Call(const std::vector<Event>& waiting, bool merge)
      : begin_ms_(waiting.front().time_ms), attempt_(merge ? nullptr : waiting.front().attempt) {
    events_.reserve(std::min(waiting.size(), call_events_max));
  }

  bool is_within_span(const Event& event) const { return event.time_ms - begin_ms_ < call_span_max.count(); }
  bool may_hold(const Event& event) const { return attempt_ == nullptr || attempt_ == event.attempt; }
  bool has_room_for(const Event& event) const {
    return events_.size() < call_events_max && bytes_ + event.cost() <= call_bytes_max;
  }
  // Nothing worth looking for would still fit.
  bool is_full() const { return events_.size() == call_events_max || bytes_ > call_bytes_max / 100 * 99; }

  void add(const Event& event) {
    bytes_ += event.cost();
    events_.push_back(event);
  }
  std::vector<Event> take() && { return std::move(events_); }

 private:
  std::int64_t begin_ms_;
  const Attempt* attempt_;  // null: any
  std::size_t bytes_ = 0;
  std::vector<Event> events_;
};

}  // namespace

void add_sorted(std::vector<Event>& waiting, std::vector<Event> more) {
  if (!std::is_sorted(more.begin(), more.end(), earlier)) std::stable_sort(more.begin(), more.end(), earlier);
  const auto middle = static_cast<std::ptrdiff_t>(waiting.size());
  const bool in_order = waiting.empty() || more.empty() || !earlier(more.front(), waiting.back());
  waiting.insert(waiting.end(), more.begin(), more.end());
  if (!in_order) std::inplace_merge(waiting.begin(), waiting.begin() + middle, waiting.end(), earlier);
}

std::vector<Event> cut(std::vector<Event>& waiting, bool merge) {
  Call call(waiting, merge);
  std::size_t looked_ahead = 0;
  std::optional<Event> left;    // the last one that didn't fit
  auto kept = waiting.begin();  // those that stay move up
  auto event = waiting.begin();
  for (; event != waiting.end(); ++event) {
    if (!call.is_within_span(*event) || looked_ahead > look_ahead_max) break;
    if (call.may_hold(*event)) {
      const bool in_turn = !left || !are_parts_of_one(*left, *event);
      if (in_turn && call.has_room_for(*event)) {
        call.add(*event);
        continue;
      }
      if (call.is_full()) break;
      left = *event;
      ++looked_ahead;
    }
    *kept++ = *event;
  }
  waiting.erase(kept, event);
  return std::move(call).take();
}

}  // namespace towline::cloudwatch
