// The part of the world that judges: limits at every moment, and what must come true once faults have stopped.
#include <algorithm>

#include "simulation/world.hpp"

namespace towline::simulation {

namespace {

constexpr int patience = 200;  // seconds until a drain must have ended

// What is settled but not counted: the numbers below the one that the cursor began with, for ever.
std::uint64_t uncounted(const stream::CursorState& cursor) {
  std::uint64_t records = cursor.mark - cursor.totals.delivered - cursor.totals.diverted;
  for (const stream::Range& range : cursor.settled) records += range.size();
  for (const stream::Gap& gap : cursor.gaps) records += gap.range.size();
  for (const auto& [reason, count] : cursor.totals.dead_lettered) records -= count;
  for (const auto& [reason, count] : cursor.totals.dropped) records -= count;
  return records;
}

}  // namespace

void World::check_limits() {
  if (disk_.used() > settings_.max_size && !oracle_.removals_lost())
    oracle_.violated("P6: " + std::to_string(disk_.used()) + " bytes on disk are more than max_size");
  const std::uint64_t told = stream_->disk_bytes() + stream_->storage()->store().kept_bytes();
  if (disk_.used() > told && !oracle_.removals_lost())
    oracle_.violated("P6: " + std::to_string(disk_.used()) + " bytes on disk, told are " + std::to_string(told));
  // Over the limit goes what is read from the disk: one chunk for each batch that is under way, is being filled, or has
  // failed as a probe (two of them under pressure), and the copies that go to a fallback.
  const std::uint64_t copies = settings_.fallback ? settings_.in_flight : 0;
  const std::uint64_t batches = settings_.world.sinks * (settings_.in_flight + 3 + copies);
  const std::uint64_t most = budget_.limit() + (1 + batches) * oracle_.chunk_bytes_max();
  if (budget_.used() > most)
    oracle_.violated("P6: " + std::to_string(budget_.used()) + " bytes in memory are more than the budget");
  if (stream_->storage()->store().quota_left() < oracle_.chunk_bytes_max()) oracle_.saw(Sometimes::quota_full);
  check_ledger();
  if (files_.met_full_disk()) oracle_.saw(Sometimes::disk_full);
}

void World::check_ledger() {
  for (std::size_t i = 0; i < deliverers_.size(); ++i) {
    const std::uint64_t now = uncounted(deliverers_[i]->cursor().state());
    if (uncounted_.size() == i) uncounted_.push_back(now);  // as recovered
    if (now != uncounted_[i]) oracle_.violated("P7: what is settled and what is counted of it go apart");
  }
}

// A second passes: whatever waits for time gets it.
void World::pump() {
  while (can_reply()) reply_to_all();
  deliver();
  write_cursors();
  store_after(std::chrono::seconds(1));
  deliver();
}

bool World::all_settled() const {
  return stream_->durable_end() == stream_->end() &&
         std::all_of(deliverers_.begin(), deliverers_.end(), [](const auto& sink) { return sink->finished(); });
}

void World::finish() {
  if (oracle_.violation()) return;
  calm_ = true;
  files_.set_full(false);
  for (int second = 0; second < patience && !all_settled(); ++second) pump();
  if (!all_settled()) return oracle_.violated("P8: a drain does not end");
  check_fresh_record_arrives();
  for (std::uint32_t i = 0; i < deliverers_.size(); ++i)
    oracle_.check_nothing_missing(i, deliverers_[i]->cursor().state().totals);
}

void World::check_fresh_record_arrives() {
  const std::uint32_t fresh = oracle_.accepted();
  for (int second = 0; second < patience && oracle_.accepted() == fresh; ++second) {
    pump();
    append();
  }
  if (oracle_.accepted() == fresh) return oracle_.violated("P8: there is no room though nothing is held");
  for (int second = 0; second < patience && !all_settled(); ++second) pump();
  for (std::uint32_t i = 0; i < deliverers_.size(); ++i) {
    if (!oracle_.was_delivered(i, fresh) && !oracle_.is_poison(fresh))
      oracle_.violated("P8: a fresh record does not arrive");
  }
}

void World::restart() {
  if (oracle_.violation()) return;
  pump();
  if (!stream_->storage()->finish()) return oracle_.violated("P8: a healthy disk doesn't take the cursors");
  const Found before = found();
  deliverers_.clear();
  stream_.reset();
  Settings calm = settings_;
  calm.sync_errors = 0;
  const World again(calm, {disk_.killed(), oracle_, store_random_.draws()}, choices_);
  if (again.oracle_.violation()) return oracle_.violated(*again.oracle_.violation());
  if (!again.all_settled()) return oracle_.violated("P9: a clean restart finds records that were settled");
  if (again.found() != before)
    oracle_.violated("P9: a clean restart finds " + again.found().text() + " instead of " + before.text());
}

std::string World::Found::text() const {
  const auto range_text = [](const stream::Range& range) {
    return " [" + std::to_string(range.begin) + "," + std::to_string(range.end) + ")";
  };
  std::string text = "next " + std::to_string(end);
  for (const stream::CursorState& cursor : cursors) {
    text += "; cursor at " + std::to_string(cursor.mark);
    for (const stream::Range& range : cursor.settled) text += range_text(range);
    for (const stream::Gap& gap : cursor.gaps) text += " gap" + range_text(gap.range);
    text += " delivered " + std::to_string(cursor.totals.delivered);
  }
  return text;
}

World::Found World::found() const {
  Found found;
  if (stream_ == nullptr) return found;
  found.end = stream_->end();
  for (const auto& deliverer : deliverers_) found.cursors.push_back(deliverer->cursor().state());
  return found;
}

}  // namespace towline::simulation
