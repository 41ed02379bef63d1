// Which call comes next: the events that wait for their log stream, and one call under way for each of them.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sinks/cloudwatch/cut.hpp"
#include "sinks/cloudwatch/names.hpp"

namespace towline::cloudwatch {

struct Partition {
  Destination destination;
  Waiting waiting;
  bool under_way = false;
  bool queued = false;  // it has its place among those whose turn comes
};

// There is a partition for as long as something waits for it or is under way to it. One thread at a time.
class Partitions {
 public:
  void add(const Destination& destination, std::vector<Event> events);

  // The one whose turn it is, which is now under way; null if nothing can go. Each in turn.
  Partition* begin();
  // Its call has ended. It may be gone afterwards.
  void end(Partition& partition);

  // Takes out what waits of an attempt; how many events that are.
  std::size_t withdraw(const Attempt& attempt);

  std::size_t size() const { return partitions_.size(); }
  std::size_t under_way() const { return under_way_; }

 private:
  void queue(Partition& partition);

  std::unordered_map<Destination, std::unique_ptr<Partition>, DestinationHash> partitions_;
  std::deque<Partition*> turns_;  // with something that waits, or withdrawn meanwhile
  std::size_t under_way_ = 0;
};

}  // namespace towline::cloudwatch
