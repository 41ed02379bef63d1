#include "sinks/cloudwatch/progress.hpp"

#include <algorithm>
#include <utility>

namespace towline::cloudwatch {

namespace {

// What towline itself has to say isn't part of a stream, and has no number of its own.
bool has_numbers(const component::Batch& batch) {
  return !batch.key.empty();
}

bool knows_something(const std::vector<Verdict>& verdicts) {
  return std::any_of(verdicts.begin(), verdicts.end(), [](Verdict verdict) { return verdict != Verdict::open; });
}

}  // namespace

std::vector<Verdict> Progress::take(const component::Batch& batch) {
  std::vector<Verdict> known(batch.records, Verdict::open);
  if (!has_numbers(batch)) return known;
  const std::uint64_t epoch = batch.slices.front().chunk->epoch;
  const std::uint64_t end_seq = batch.first_seq + batch.records;
  std::list<Stretch> rest;
  for (auto at = stretches_.begin(); at != stretches_.end();) {
    const std::uint64_t begin = std::max(at->first_seq, batch.first_seq);
    const std::uint64_t end = std::min(at->end_seq(), end_seq);
    if (at->epoch != epoch || begin >= end) {
      ++at;
      continue;
    }
    const auto of = [&](std::uint64_t seq) {
      return at->verdicts.begin() + static_cast<std::ptrdiff_t>(seq - at->first_seq);
    };
    std::copy(of(begin), of(end), known.begin() + static_cast<std::ptrdiff_t>(begin - batch.first_seq));
    rest.push_back({epoch, at->first_seq, {at->verdicts.begin(), of(begin)}});
    rest.push_back({epoch, end, {of(end), at->verdicts.end()}});
    records_ -= at->verdicts.size();
    at = stretches_.erase(at);
  }
  for (Stretch& stretch : rest) add(std::move(stretch));
  return known;
}

void Progress::keep(const component::Batch& batch, std::vector<Verdict> verdicts) {
  if (!has_numbers(batch)) return;
  add({batch.slices.front().chunk->epoch, batch.first_seq, std::move(verdicts)});
}

void Progress::add(Stretch stretch) {
  if (!knows_something(stretch.verdicts)) return;
  records_ += stretch.verdicts.size();
  stretches_.push_back(std::move(stretch));
  while (records_ > limit_) {
    records_ -= stretches_.front().verdicts.size();
    stretches_.pop_front();
  }
}

}  // namespace towline::cloudwatch
