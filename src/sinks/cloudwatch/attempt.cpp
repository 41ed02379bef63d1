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

Attempt::Attempt(const component::Batch& batch, std::vector<Verdict> verdicts, component::Sink::Done done)
    : batch_(batch), verdicts_(std::move(verdicts)), done_(std::move(done)) {
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
  if (failure_) return *failure_;
  Outcome outcome{Status::delivered, code_, "", retry_after_};
  for (std::uint32_t record = 0; record < verdicts_.size(); ++record) {
    const std::string_view reason = reason_of(verdicts_[record]);
    if (reason.empty()) continue;
    const std::uint64_t seq = batch_.first_seq + record;
    std::vector<component::SetAside>& list = outcome.set_aside;
    if (!list.empty() && list.back().first_seq + list.back().records == seq && list.back().reason == reason) {
      ++list.back().records;
    } else {
      list.push_back({seq, 1, std::string(reason)});
    }
  }
  return outcome;
}

}  // namespace towline::cloudwatch
