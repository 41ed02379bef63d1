#include "app/tap_hub.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>

namespace towline::app {

namespace {

constexpr std::string_view all_sinks;  // no component has an empty id

bool redacts(const ConfiguredTransform& transform) {
  return std::ranges::any_of(transform.steps, [](const ConfiguredStep& step) { return step.type->name == "redact"; });
}

// What a redact step still comes behind. The transforms stand behind what they read.
std::set<std::string> raw_places(const RootConfig& config) {
  std::set<std::string> raw;
  for (const ConfiguredTransform& transform : std::views::reverse(config.transforms)) {
    if (redacts(transform) || raw.contains(transform.id)) raw.insert(transform.inputs.begin(), transform.inputs.end());
  }
  return raw;
}

}  // namespace

TapHub::TapHub(const RootConfig& config, const std::vector<StreamPlan>& plans, Stages& stages)
    : max_(config.settings.admin.tap.max) {
  const std::set<std::string> raw = raw_places(config);
  add_stages(config, raw, stages);
  add_sinks(config, plans, raw, stages);
}

void TapHub::add_stages(const RootConfig& config, const std::set<std::string>& raw, Stages& stages) {
  places_[std::string(all_sinks)];  // also where nothing that goes to a sink is redacted
  const auto add = [&](const std::string& id) {
    Stage& stage = stages.at(id);
    const std::string time_field = stage.outputs.empty() ? "" : stage.outputs.front()->time_field();
    places_[id] = {{{&stage, time_field}}, raw.contains(id)};
    if (!stage.outputs.empty() && !raw.contains(id))
      places_[std::string(all_sinks)].exits.push_back({&stage, time_field});
  };
  for (const ConfiguredSource& source : config.sources) add(source.id);
  for (const ConfiguredTransform& transform : config.transforms) add(transform.id);
}

void TapHub::add_sinks(const RootConfig& config, const std::vector<StreamPlan>& plans, const std::set<std::string>& raw,
                       Stages& stages) {
  for (const StreamPlan& plan : plans) {
    for (const std::size_t sink : plan.sinks) {
      Place& place = places_[config.sinks[sink].id];
      for (const std::string& input : plan.inputs) {
        place.exits.push_back({&stages.at(input), plan.time_field});
        place.is_raw |= raw.contains(input);
      }
    }
  }
}

std::size_t TapHub::open_taps() {
  std::erase_if(taps_, [](const std::weak_ptr<Tap>& tap) { return tap.expired(); });
  return taps_.size();
}

OpenedTap TapHub::open(std::string_view place, Tap::Options options) {
  const auto found = places_.find(place);
  if (found == places_.end()) return {nullptr, TapRefusal::unknown_place};
  if (found->second.is_raw) return {nullptr, TapRefusal::not_redacted_yet};
  if (open_taps() >= max_) return {nullptr, TapRefusal::too_many};
  auto tap = std::make_shared<Tap>(std::move(options));
  taps_.push_back(tap);
  for (const Exit& exit : found->second.exits) exit.stage->taps.add(tap, exit.time_field);
  return {std::move(tap), TapRefusal::none};
}

std::string TapHub::places() const {
  std::string text;
  for (const auto& [id, place] : places_) {
    if (id.empty() || place.is_raw) continue;
    text += (text.empty() ? "" : ", ") + id;
  }
  return text;
}

}  // namespace towline::app
