// From the records of a batch to events: where each goes, when it was, what its message is.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/facts.hpp"
#include "record/record.hpp"
#include "sinks/cloudwatch/attempt.hpp"
#include "sinks/cloudwatch/config.hpp"
#include "sinks/cloudwatch/event_time.hpp"
#include "sinks/cloudwatch/long_message.hpp"
#include "sinks/cloudwatch/names.hpp"

namespace towline::cloudwatch {

using EventsByDestination = std::unordered_map<Destination, std::vector<Event>, DestinationHash>;

// What is known of the service's clock.
struct ServiceTime {
  WallTime now;
  Duration skew{};   // less our own clock
  bool sure = true;  // false: the service itself has to say what is too old or too new
};

// A record is parsed only if a name or the message needs one of its fields, or its time isn't where towline puts it.
// One thread at a time.
class EventReader {
 public:
  // All of it outlives this.
  EventReader(const CloudWatchConfig& config, const Facts& facts);

  // The events of the records that are open; the attempt knows of them afterwards. What CloudWatch would leave out now,
  // or refuse a whole call for, is set aside.
  EventsByDestination read(Attempt& attempt, ServiceTime time);

 private:
  void read_slice(const component::Slice& slice);
  void read_record(std::string_view line, bool padded);
  void parse(std::string_view line, bool padded);
  std::string_view message_of(std::string_view line);
  Verdict window(std::int64_t time_ms) const;
  void add(std::int64_t time_ms, std::string_view message, bool is_emf);

  const CloudWatchConfig& config_;
  Names names_;
  EventTime time_;
  bool always_parses_;

  // Of the batch that is read.
  Attempt* attempt_ = nullptr;
  ServiceTime service_;
  EventsByDestination events_;
  std::uint32_t index_ = 0;  // of the record
  WallTime received_{};      // of the chunk
  std::int64_t too_old_below_ms_ = 0;
  std::int64_t too_new_above_ms_ = 0;
  std::vector<Event>* list_ = nullptr;  // where events of last_ go
  Destination last_;
  Destination destination_;
  record::Record record_;
  std::string padded_;  // a line with the room behind it that the parser reads
};

}  // namespace towline::cloudwatch
