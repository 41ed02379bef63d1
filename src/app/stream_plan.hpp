// Which streams a configuration needs: sinks that read the same components the same way share one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace towline::app {

struct StreamPlan {
  std::string id;                   // its inputs joined by '+', unique
  std::vector<std::string> inputs;  // components that append to it; sorted, a component named twice counts twice
  std::string time_field;           // what a record without a time gets
  std::vector<std::size_t> sinks;   // indices into RootConfig::sinks
  std::uint32_t chunk_bytes = 0;    // a chunk is never larger than the smallest batch of its sinks
  std::uint64_t chunk_records = 0;
  Duration linger{};  // how long a part chunk may stay with the ingest shard
};

std::vector<StreamPlan> plan_streams(const RootConfig& config);

}  // namespace towline::app
