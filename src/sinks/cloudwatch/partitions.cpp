#include "sinks/cloudwatch/partitions.hpp"

#include <utility>

#include "base/check.hpp"

namespace towline::cloudwatch {

void Partitions::add(const Destination& destination, std::vector<Event> events) {
  std::unique_ptr<Partition>& partition = partitions_[destination];
  if (!partition) {
    partition = std::make_unique<Partition>();
    partition->destination = destination;
  }
  add_sorted(partition->waiting, std::move(events));
  queue(*partition);
}

void Partitions::queue(Partition& partition) {
  if (partition.queued || partition.under_way || partition.waiting.empty()) return;
  partition.queued = true;
  turns_.push_back(&partition);
}

Partition* Partitions::begin() {
  if (turns_.empty()) return nullptr;
  Partition* const partition = turns_.front();
  turns_.pop_front();
  CHECK(!partition->under_way && !partition->waiting.empty());
  partition->queued = false;
  partition->under_way = true;
  ++under_way_;
  return partition;
}

void Partitions::end(Partition& partition) {
  CHECK(partition.under_way);
  partition.under_way = false;
  --under_way_;
  if (partition.waiting.empty()) {
    const Destination gone = std::move(partition.destination);
    partitions_.erase(gone);
  } else {
    queue(partition);
  }
}

std::size_t Partitions::withdraw(const Attempt& attempt) {
  std::size_t withdrawn = 0;
  for (auto at = partitions_.begin(); at != partitions_.end();) {
    Partition& partition = *at->second;
    withdrawn += std::erase_if(partition.waiting, [&](const Event& event) { return event.attempt == &attempt; });
    const bool idle = partition.waiting.empty() && !partition.under_way;
    if (idle) std::erase(turns_, &partition);
    at = idle ? partitions_.erase(at) : std::next(at);
  }
  return withdrawn;
}

}  // namespace towline::cloudwatch
