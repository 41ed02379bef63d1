// The step `set`: gives fields a fixed value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"

namespace towline::set {

struct Assignment {
  record::Path path;  // without wildcards
  std::string json;   // a scalar
};
struct Assignments {
  std::vector<Assignment> list;
};
struct SetConfig {
  Assignments fields;
};
const config::Schema<SetConfig>& set_schema();

class SetStep final : public component::Step {
 public:
  SetStep(const SetConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  std::vector<Assignment> assignments_;
};

extern const component::StepType step_type;

}  // namespace towline::set

template <>
struct towline::config::Value<towline::set::Assignments> {
  static std::optional<set::Assignments> parse(const Node& node, Problems& problems);
  static std::string print(const set::Assignments&) { return {}; }
  static ValueInfo info();
};
