// Creates log groups and streams that aren't there, one after the other: CreateLogGroup has a low limit of its own.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "sinks/cloudwatch/api.hpp"
#include "sinks/cloudwatch/names.hpp"

namespace towline::cloudwatch {

// Used on the delivery thread.
class Groups {
 public:
  // None: the destination is there now. Else why not.
  using Done = std::function<void(std::optional<component::Outcome>)>;

  // All of it outlives this.
  Groups(const CloudWatchConfig& config, Api& api, std::string sink_id)
      : config_(config), api_(api), sink_id_(std::move(sink_id)) {}

  // A call said that the group or the stream isn't there. The group is made if need be, with its retention, then the
  // stream. `done` is called once, later, unless the Api goes first.
  void create(const Destination& destination, Done done);

  // Groups that were made, whose retention couldn't be put yet, are remembered up to this number.
  static constexpr std::size_t unretained_max = 1024;

 private:
  struct Job {
    Destination destination;
    Done done;
    bool made_group = false;
  };

  void next();
  void create_stream();
  void create_group();
  void put_retention();
  void finish(std::optional<component::Outcome> outcome);
  void call(const char* operation, std::string body, void (Groups::*on_answer)(Answer));
  void on_stream(Answer answer);
  void on_group(Answer answer);
  void on_retention(Answer answer);
  std::string group_json() const;

  const CloudWatchConfig& config_;
  Api& api_;
  std::string sink_id_;
  std::deque<Job> jobs_;              // the first one is under way
  std::set<std::string> unretained_;  // groups that wait for their retention
};

}  // namespace towline::cloudwatch
