// One attempt at a batch: what has become of each of its records, and how it ends.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/memory_budget.hpp"
#include "component/sink.hpp"
#include "sinks/cloudwatch/event.hpp"

namespace towline::cloudwatch {

// Stays where it is: events point to it. One thread at a time.
class Attempt {
 public:
  // The batch lives until the attempt has ended. `verdicts`: what is known of its records from earlier ones. `turn`:
  // its number, ascending.
  Attempt(const component::Batch& batch, std::vector<Verdict> verdicts, component::Sink::Done done,
          std::uint32_t turn = 0);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  const component::Batch& batch() const { return batch_; }
  std::uint32_t turn() const { return turn_; }
  // A call that it shared with others was refused: from now on it answers for itself.
  void stand_alone() { stands_alone_ = true; }
  bool stands_alone() const { return stands_alone_; }
  bool is_open(std::uint32_t record) const { return verdicts_[record] == Verdict::open; }

  // Text that events refer to, where the batch itself doesn't have it.
  std::string_view store(std::string text);
  std::size_t stored_bytes() const { return stored_bytes_; }
  void charge(Charge charge) { charge_ = std::move(charge); }

  // A record becomes events, which are pending from then on.
  void expect(std::uint32_t record, std::uint32_t events);
  // A record doesn't become one.
  void set_aside(std::uint32_t record, Verdict verdict) { verdicts_[record] = verdict; }

  // An event isn't pending any more. Of a record in several parts the last one decides, if all are taken.
  void settle(std::uint32_t record, Verdict verdict);
  // What the service has said about a call that it took.
  void answered(const component::Outcome& outcome) {
    code_ = outcome.code;
    retry_after_ = outcome.retry_after;
  }
  // So many events are not pending any more; their records stay open.
  void give_up(std::size_t events) { pending_ -= events; }
  // Of several reasons the one counts after which the fewest records come again as they are.
  void fail(const component::Outcome& outcome);

  bool has_ended() const { return pending_ == 0; }
  bool has_failed() const { return failure_.has_value(); }

  // After the end: what the batch gets.
  const std::vector<Verdict>& verdicts() const { return verdicts_; }
  component::Outcome outcome() const;
  component::Sink::Done take_done() { return std::move(done_); }

 private:
  void add_fates(component::Outcome& outcome) const;
  static void add_fate(std::vector<component::SetAside>& fates, std::uint64_t seq, std::string_view reason);

  const component::Batch& batch_;
  std::vector<Verdict> verdicts_;  // one a record
  component::Sink::Done done_;
  std::uint32_t turn_;
  bool stands_alone_ = false;
  std::size_t pending_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> parts_;  // of records in several parts: those not taken yet
  std::optional<component::Outcome> failure_;
  int code_ = 0;  // of the last call that was taken
  std::optional<Duration> retry_after_;
  std::deque<std::string> texts_;
  std::size_t stored_bytes_ = 0;
  Charge charge_;
};

}  // namespace towline::cloudwatch
