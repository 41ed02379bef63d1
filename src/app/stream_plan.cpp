#include "app/stream_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace towline::app {

namespace {

constexpr std::uint64_t full_chunk_bytes = 256 * 1024;
// A chunk is what memory is given and taken back by: there should be some dozens of them.
constexpr std::uint64_t chunks_in_memory = 64;
// A longer one would be cut as the label of a metric, and two streams might share a counter.
constexpr std::size_t id_bytes_readable = 100;
constexpr Duration longest_linger = std::chrono::milliseconds(100);

std::string join(const std::vector<std::string>& ids) {
  std::string joined;
  for (const std::string& id : ids) joined += (joined.empty() ? "" : "+") + id;
  return joined;
}

// FNV-1a, 64 bits, as hexadecimal digits.
std::string hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
  return {digits.data(), end};
}

StreamPlan& plan_for(std::vector<StreamPlan>& plans, std::vector<std::string> inputs, const std::string& time_field) {
  std::sort(inputs.begin(), inputs.end());
  const auto same = std::find_if(plans.begin(), plans.end(), [&](const StreamPlan& plan) {
    return plan.inputs == inputs && plan.time_field == time_field;
  });
  if (same != plans.end()) return *same;

  StreamPlan plan;
  plan.id = join(inputs);
  // The id is the stream's name on disk: it depends on what the stream is, never on the order of the configuration.
  if (time_field != component::DeliveryConfig().time_field) plan.id += ":" + time_field;
  if (plan.id.size() > id_bytes_readable) plan.id = "stream_" + hash_of(plan.id);
  plan.inputs = std::move(inputs);
  plan.time_field = time_field;
  plan.chunk_records = UINT64_MAX;
  plan.linger = longest_linger;
  return plans.emplace_back(std::move(plan));
}

}  // namespace

std::vector<StreamPlan> plan_streams(const RootConfig& config) {
  std::vector<StreamPlan> plans;
  const auto chunk_bytes =
      static_cast<std::uint32_t>(std::min(full_chunk_bytes, config.settings.memory.bytes / chunks_in_memory));
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const component::DeliveryConfig& delivery = config.sinks[i].delivery();
    StreamPlan& plan = plan_for(plans, config.sinks[i].inputs, delivery.time_field);
    if (plan.sinks.empty()) plan.chunk_bytes = chunk_bytes;
    plan.sinks.push_back(i);
    plan.chunk_bytes =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(plan.chunk_bytes, delivery.batch.bytes.bytes));
    plan.chunk_records = std::min(plan.chunk_records, delivery.batch.records.value());
    plan.linger = std::min(plan.linger, delivery.batch.age);
  }
  return plans;
}

}  // namespace towline::app
