// The step `level`: brings the level of a record into one form.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "transforms/field_path.hpp"
#include "transforms/level_names.hpp"
#include "transforms/step_errors.hpp"

namespace towline::level {

enum class Style : std::uint8_t { upper, lower };
constexpr auto config_values(Style) {
  return std::to_array<config::Choice<Style>>({{Style::upper, "upper", "TRACE, DEBUG, INFO, WARN, ERROR, FATAL."},
                                               {Style::lower, "lower", "The same in small letters."}});
}

struct LevelConfig {
  transforms::FieldPath field{"level"};
  transforms::FieldPath target{"level"};
  Style style = Style::upper;
  std::optional<transforms::LevelNumbers> numbers;
  config::Map<transforms::Level> names;
  std::optional<transforms::Level> fallback;
  bool keep_original = false;
};
const config::Schema<LevelConfig>& level_schema();

class LevelStep final : public component::Step {
 public:
  LevelStep(const LevelConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  std::optional<transforms::Level> level_of(const record::Record& record, record::NodeId id);
  std::optional<transforms::Level> level_of(std::string_view text) const;
  std::string_view json_of(transforms::Level level) const { return json_[static_cast<std::size_t>(level)]; }
  void add_missing(record::Record& record);

  LevelConfig config_;
  std::array<std::string, transforms::levels_count> json_;
  transforms::StepErrors errors_;
  std::vector<record::NodeId> found_;  // scratch
  std::string scratch_;
};

extern const component::StepType step_type;

}  // namespace towline::level
