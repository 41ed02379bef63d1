#include "app/tap.hpp"

#include <algorithm>
#include <utility>

#include "app/written_record.hpp"

namespace towline::app {

bool Allowance::has_some(MonoTime now) {
  if (now > refilled_) {
    const double seconds = std::chrono::duration<double>(now - std::exchange(refilled_, now)).count();
    left_ = std::min(per_second_, left_ + seconds * per_second_);
  }
  return left_ >= 1;
}

Tap::Tap(Options options)
    : options_(std::move(options)),
      shown_(options_.records_per_second),
      examined_(examined_bytes_per_second),
      examining_(examining_microseconds_per_second),
      left_(options_.limit) {}

// Before anything that costs.
bool Tap::may_look(const record::Record& record, MonoTime now) {
  const bool has_room = ready_bytes_ + record.source().size() <= ready_bytes_max;
  if (!has_room || !shown_.has_some(now)) return false;
  if (!options_.filter) return true;
  if (record.source().size() > examined_bytes_max || !examined_.has_some(now) || !examining_.has_some(now))
    return false;
  examined_.take(static_cast<double>(record.source().size()));
  return true;
}

// Bytes say little of what a regular expression costs.
bool Tap::matches(record::Record& record) {
  if (!options_.filter) return true;
  const MonoTime began = MonoClock::now();
  const bool result = options_.filter->matches(record);
  examining_.take(std::chrono::duration<double, std::micro>(MonoClock::now() - began).count());
  return result;
}

void Tap::take(record::Record& record, MonoTime now, const std::string& time_field) {
  if (left_ == 0) return;
  if (!may_look(record, now)) {
    ++skipped_;
    return;
  }
  if (!matches(record)) return;
  shown_.take(1);
  std::string text;
  write_with_time(record, time_field, text);
  keep(std::move(text));
}

void Tap::keep(std::string text) {
  if (ready_bytes_ + text.size() > ready_bytes_max) {
    ++skipped_;
    return;
  }
  ready_bytes_ += text.size();
  ready_.push_back(std::move(text));
  --left_;
}

std::optional<std::string> Tap::next() {
  if (ready_.empty()) return std::nullopt;
  std::string text = std::move(ready_.front());
  ready_.pop_front();
  ready_bytes_ -= text.size();
  return text;
}

std::uint64_t Tap::take_skipped() {
  return std::exchange(skipped_, 0);
}

void TapPoint::show(record::Record& record, MonoTime now) {
  std::erase_if(taps_, [&](const Watching& watching) {
    const std::shared_ptr<Tap> tap = watching.tap.lock();
    if (tap != nullptr) tap->take(record, now, watching.time_field);
    return tap == nullptr;
  });
}

}  // namespace towline::app
