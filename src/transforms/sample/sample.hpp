// The step `sample`: lets one record of many through, and says in it for how many it stands.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/registry.hpp"
#include "condition/condition.hpp"
#include "config/schema.hpp"
#include "config/types.hpp"
#include "transforms/field_path.hpp"
#include "transforms/level_names.hpp"
#include "transforms/step_errors.hpp"

namespace towline::sample {

inline constexpr std::uint64_t rate_max = 1'000'000'000;

// In the order of the configuration, no level twice.
struct LevelRates {
  std::vector<std::pair<transforms::Level, std::uint64_t>> list;
};

struct SampleConfig {
  std::uint64_t rate = 1;
  LevelRates levels;
  transforms::FieldPath level_field{"level"};
  std::optional<transforms::FieldPath> key;
  std::optional<condition::Condition> keep;
  config::OrOff<transforms::FieldPath> rate_field{transforms::FieldPath("sample_rate")};
};
const config::Schema<SampleConfig>& sample_schema();

class SampleStep final : public component::Step {
 public:
  SampleStep(const SampleConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  static constexpr std::size_t kinds = transforms::levels_count + 1;  // the last one: another level, or none

  std::size_t kind_of(const record::Record& record);
  std::string_view key_of(const record::Record& record);  // empty: none
  bool is_chosen(const record::Record& record, std::size_t kind);
  void write_rate(record::Record& record, std::uint64_t rate);

  SampleConfig config_;
  std::array<std::uint64_t, kinds> rates_{};
  std::array<std::uint64_t, kinds> seen_{};  // records that were counted
  transforms::StepErrors errors_;
  std::string scratch_;
};

extern const component::StepType step_type;

}  // namespace towline::sample

template <>
struct towline::config::Value<towline::sample::LevelRates> {
  static std::optional<sample::LevelRates> parse(const Node& node, Problems& problems);
  static std::string print(const sample::LevelRates&) { return {}; }
  static ValueInfo info();
};
