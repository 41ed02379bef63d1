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

// Record by record: those of a batch are not always neighbours.
std::vector<Verdict> Progress::take(const component::Batch& batch) {
  std::vector<Verdict> known(batch.records, Verdict::open);
  if (!has_numbers(batch) || stretches_.empty()) return known;
  auto place = known.begin();
  for (const component::Slice& slice : batch.slices) {
    take(slice, place);
    place += slice.records;
  }
  return known;
}

void Progress::take(const component::Slice& slice, std::vector<Verdict>::iterator place) {
  const std::uint64_t epoch = slice.chunk->epoch;
  std::list<Stretch> rest;
  for (auto at = stretches_.begin(); at != stretches_.end();) {
    const std::uint64_t begin = std::max(at->first_seq, slice.first_seq());
    const std::uint64_t end = std::min(at->end_seq(), slice.end_seq());
    if (at->epoch != epoch || begin >= end) {
      ++at;
      continue;
    }
    const auto of = [&](std::uint64_t seq) {
      return at->verdicts.begin() + static_cast<std::ptrdiff_t>(seq - at->first_seq);
    };
    std::copy(of(begin), of(end), place + static_cast<std::ptrdiff_t>(begin - slice.first_seq()));
    rest.push_back({epoch, at->first_seq, {at->verdicts.begin(), of(begin)}});
    rest.push_back({epoch, end, {of(end), at->verdicts.end()}});
    records_ -= at->verdicts.size();
    at = stretches_.erase(at);
  }
  for (Stretch& stretch : rest) add(std::move(stretch));
}

void Progress::keep(const component::Batch& batch, const std::vector<Verdict>& verdicts) {
  if (!has_numbers(batch)) return;
  auto place = verdicts.begin();
  for (const component::Slice& slice : batch.slices) {
    add({slice.chunk->epoch, slice.first_seq(), {place, place + slice.records}});
    place += slice.records;
  }
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
