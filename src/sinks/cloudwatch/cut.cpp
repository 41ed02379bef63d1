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

// A call as it is filled: with events of the attempt whose turn it is, for which room is reserved, and of others.
class Call {
 public:
  // `first`: the first event of the attempt whose turn it is.
  Call(const Waiting& waiting, const Event& first, bool merge) : first_(first), merge_(merge) {
    const auto is_in = [&](const Event& event) { return first.time_ms - event.time_ms < call_span_max.count(); };
    begin_ = std::find_if(waiting.begin(), waiting.end(), [&](const Event& e) { return is_in(e) && may_hold(e); });
    begin_ms_ = begin_->time_ms;
    for (auto event = begin_; event != waiting.end() && is_within_span(*event) && !is_all_reserved(); ++event) {
      if (has_turn(*event)) reserve(*event);
    }
    events_.reserve(std::min(waiting.size(), call_events_max));
  }

  // Those before it are too old for this call.
  Waiting::const_iterator begin() const { return begin_; }
  bool is_within_span(const Event& event) const { return event.time_ms - begin_ms_ < call_span_max.count(); }
  bool may_hold(const Event& event) const { return merge_ || event.attempt == first_.attempt; }
  bool has_turn(const Event& event) const { return event.attempt == first_.attempt; }
  bool has_room_for(const Event& event) const {
    const bool others = !has_turn(event);
    return events_.size() + (others ? reserved_events_ : 0) < call_events_max &&
           bytes_ + (others ? reserved_bytes_ : 0) + event.cost() <= call_bytes_max;
  }
  // Nothing worth looking for would still fit.
  bool is_full() const { return events_.size() == call_events_max || bytes_ > call_bytes_max / 100 * 99; }
  // Nothing is reserved any more.
  bool is_past_turn() const { return reserved_events_ == 0; }
  // It holds something of the attempt whose turn it is.
  bool has_begun() const { return has_begun_; }

  void look_at(const Event& event) {
    if (!has_turn(event) || is_past_turn()) return;
    --reserved_events_;
    reserved_bytes_ -= event.cost();
  }
  void add(const Event& event) {
    bytes_ += event.cost();
    has_begun_ = has_begun_ || has_turn(event);
    events_.push_back(event);
  }
  std::vector<Event> take() && { return std::move(events_); }

 private:
  bool is_all_reserved() const { return reserved_events_ >= call_events_max || reserved_bytes_ >= call_bytes_max; }
  void reserve(const Event& event) {
    ++reserved_events_;
    reserved_bytes_ += event.cost();
  }

  Event first_;
  bool merge_;
  bool has_begun_ = false;
  Waiting::const_iterator begin_;
  std::int64_t begin_ms_ = 0;
  std::size_t bytes_ = 0;
  std::size_t reserved_bytes_ = 0;
  std::size_t reserved_events_ = 0;
  std::vector<Event> events_;
};

}  // namespace

void add_sorted(Waiting& waiting, std::vector<Event> more) {
  if (!std::is_sorted(more.begin(), more.end(), earlier)) std::stable_sort(more.begin(), more.end(), earlier);
  const auto middle = static_cast<std::ptrdiff_t>(waiting.size());
  const bool in_order = waiting.empty() || more.empty() || !earlier(more.front(), waiting.back());
  waiting.insert(waiting.end(), more.begin(), more.end());
  if (!in_order) std::inplace_merge(waiting.begin(), waiting.begin() + middle, waiting.end(), earlier);
}

std::vector<Event> cut(Waiting& waiting, bool merge) {
  const auto first = std::min_element(waiting.begin(), waiting.end(),
                                      [](const Event& a, const Event& b) { return a.has_waited_longer(b); });
  Call call(waiting, *first, merge);
  std::size_t looked_ahead = 0;
  std::optional<Event> left;  // the last one that didn't fit
  auto event = waiting.begin() + (call.begin() - waiting.cbegin());
  auto kept = event;  // those that stay move up
  for (; event != waiting.end() && call.is_within_span(*event); ++event) {
    if (call.has_begun() && (call.is_full() || looked_ahead > look_ahead_max)) break;
    call.look_at(*event);
    if (call.may_hold(*event)) {
      const bool in_turn = !left || !are_parts_of_one(*left, *event);
      if (in_turn && call.has_room_for(*event)) {
        call.add(*event);
        continue;
      }
      left = *event;
      if (call.has_turn(*event) || call.is_past_turn()) ++looked_ahead;
    }
    *kept++ = *event;
  }
  waiting.erase(kept, event);
  return std::move(call).take();
}

}  // namespace towline::cloudwatch
