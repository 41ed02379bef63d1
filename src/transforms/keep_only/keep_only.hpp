// The step `keep_only`: takes everything out but the fields that are named.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/name_pattern.hpp"
#include "transforms/path_value.hpp"

namespace towline::keep_only {

struct KeepOnlyConfig {
  KeepOnlyConfig();

  std::vector<record::Path> fields;
  std::vector<record::Path> always;  // default: dt, towline
};
const config::Schema<KeepOnlyConfig>& keep_only_schema();

class KeepOnlyStep final : public component::Step {
 public:
  KeepOnlyStep(const KeepOnlyConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  struct Level {
    record::Path::Segment segment;
    std::optional<transforms::NamePattern> pattern;  // where the segment has stars among other characters
  };
  using Levels = std::vector<Level>;

  static Levels levels_of(const record::Path& path);
  static bool matches(const Level& level, std::optional<std::string_view> name, std::size_t index);
  bool keep_inside(record::Record& record, record::NodeId container, std::size_t begin, std::size_t level);
  bool is_kept(record::Record& record, record::NodeId id, std::size_t index, std::size_t begin, std::size_t level);
  std::optional<std::string_view> name_of(const record::Record& record, record::NodeId id);

  std::vector<Levels> paths_;
  // The paths that lead to what is looked at, and, behind them, those that lead on to what is in it.
  std::vector<const Levels*> leading_;
  std::string key_;  // scratch
};

extern const component::StepType step_type;

}  // namespace towline::keep_only
