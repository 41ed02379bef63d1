// The step `set`: gives fields a value, fixed or filled in from the record and from facts about this machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "record/template.hpp"
#include "transforms/step_errors.hpp"

namespace towline::set {

struct Assignment {
  record::Path path;                          // without wildcards
  std::string json;                           // a scalar; not used where there is
  std::optional<record::Template> filled_in;  // a text with something to fill in
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
  const std::string* value(const Assignment& assignment, const record::Record& record);

  std::vector<Assignment> assignments_;
  const Facts& facts_;
  transforms::StepErrors errors_;
  std::string text_;  // scratch
  std::string json_;
};

extern const component::StepType step_type;

}  // namespace towline::set

template <>
struct towline::config::Value<towline::set::Assignments> {
  static std::optional<set::Assignments> parse(const Node& node, Problems& problems);
  static std::string print(const set::Assignments&) { return {}; }
  static ValueInfo info();
};
