#include "app/commands/logs/event.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace towline::app::logs {

std::size_t OldestEvents::Hash::operator()(const Key& key) const {
  return std::hash<std::string_view>()(key.text) ^ std::hash<std::int64_t>()(key.time.time_since_epoch().count());
}

// Where two sinks read different inputs, a record may be in the streams of both. As often as one stream has it, it was
// received.
bool OldestEvents::is_known(const Event& event) const {
  const auto known = known_.find({event.time, event.text});
  if (known == known_.end()) return false;
  const Times& times = known->second;
  const auto own = times.find(event.stream);
  const std::size_t seen = own == times.end() ? 0 : own->second;
  return std::any_of(times.begin(), times.end(), [seen](const auto& each) { return each.second > seen; });
}

void OldestEvents::add(Event event) {
  if (is_known(event)) {
    ++known_.find({event.time, event.text})->second[event.stream];
    return;
  }
  if (events_.size() >= limit_ && (events_.empty() || event.time >= events_.rbegin()->first)) {
    was_cut_ = true;
    return;
  }
  const WallTime time = event.time;
  const std::uint32_t stream = event.stream;
  bytes_ += event.text.size();
  const auto place = events_.emplace(time, std::move(event));
  ++known_[{time, place->second.text}][stream];
  while (events_.size() > limit_ || (bytes_ > bytes_max && events_.size() > 1)) forget_last();
}

void OldestEvents::forget_last() {
  const auto last = std::prev(events_.end());
  bytes_ -= last->second.text.size();
  const auto known = known_.find({last->first, last->second.text});
  const bool is_only_one = known->first.text.data() == last->second.text.data();
  if (is_only_one) known_.erase(known);
  events_.erase(last);
  was_cut_ = true;
}

std::vector<Event> OldestEvents::take() {
  known_.clear();
  std::vector<Event> events;
  events.reserve(events_.size());
  for (auto& [time, event] : events_) events.push_back(std::move(event));
  events_.clear();
  return events;
}

}  // namespace towline::app::logs
