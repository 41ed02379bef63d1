#include "sinks/cloudwatch/attempt.hpp"

#include <utility>

#include "base/check.hpp"

namespace towline::cloudwatch {

namespace {

using component::Outcome;
using component::Status;

// A passing fault is told before one that stays: what it hides shows itself the next time.
int rank(Status status) {
  switch (status) {
    case Status::unreachable:
      return 5;
    case Status::retry:
      return 4;
    case Status::refused:
      return 3;
    case Status::too_large:
      return 2;
    case Status::rejected:
      return 1;
    case Status::delivered:
      break;
  }
  return 0;
}

}  // namespace

Attempt::Attempt(const component::Batch& batch, std::vector<Verdict> verdicts, component::Sink::Done done,
                 std::uint32_t turn)
    : batch_(batch), verdicts_(std::move(verdicts)), done_(std::move(done)), turn_(turn) {
  CHECK(verdicts_.size() == batch.records);
}

std::string_view Attempt::store(std::string text) {
  stored_bytes_ += text.size();
  return texts_.emplace_back(std::move(text));
}

void Attempt::expect(std::uint32_t record, std::uint32_t events) {
  pending_ += events;
  if (events > 1) parts_[record] = events;
}

void Attempt::settle(std::uint32_t record, Verdict verdict) {
  --pending_;
  if (verdict == Verdict::taken) {
    const auto parts = parts_.find(record);
    if (parts != parts_.end() && --parts->second > 0) return;
    if (!is_open(record)) return;  // another part was left out
  }
  verdicts_[record] = verdict;
}

void Attempt::fail(const Outcome& outcome) {
  if (!failure_ || rank(outcome.status) > rank(failure_->status)) failure_ = outcome;
}

Outcome Attempt::outcome() const {
  Outcome outcome = failure_ ? *failure_ : Outcome{Status::delivered, code_, "", retry_after_};
  outcome.asked = failure_ || code_ != 0;
  if (outcome.status != Status::refused) add_fates(outcome);  // after a refusal it is never given up
  return outcome;
}

// The records of a batch are not always neighbours: dead letters are left out.
void Attempt::add_fates(Outcome& outcome) const {
  std::uint32_t record = 0;
  for (const component::Slice& slice : batch_.slices) {
    for (std::uint64_t seq = slice.first_seq(); seq < slice.end_seq(); ++seq, ++record) {
      const Verdict verdict = verdicts_[record];
      const bool is_told = verdict == Verdict::taken ? failure_.has_value() : verdict != Verdict::open;
      if (is_told) add_fate(outcome.set_aside, seq, reason_of(verdict));
    }
  }
}

void Attempt::add_fate(std::vector<component::SetAside>& fates, std::uint64_t seq, std::string_view reason) {
  if (!fates.empty() && fates.back().first_seq + fates.back().records == seq && fates.back().reason == reason) {
    ++fates.back().records;
  } else {
    fates.push_back({seq, 1, std::string(reason)});
  }
}

}  // namespace towline::cloudwatch
