// The step `rename`: gives fields other names, or moves them to another place. Values are never touched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"

namespace towline::rename {

// In the order of the configuration; a later rule sees what an earlier one did.
struct Rule {
  record::Path from;
  record::Path to;  // one level: the new key in the same object; more: a place counted from the record
};
struct Rules {
  std::vector<Rule> rules;
};
struct RenameConfig {
  Rules rules;
};
const config::Schema<RenameConfig>& rename_schema();

class RenameStep final : public component::Step {
 public:
  RenameStep(const RenameConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  std::vector<Rule> rules_;
  std::vector<record::NodeId> found_;  // scratch
};

extern const component::StepType step_type;

}  // namespace towline::rename

template <>
struct towline::config::Value<towline::rename::Rules> {
  static std::optional<rename::Rules> parse(const Node& node, Problems& problems);
  static std::string print(const rename::Rules&) { return {}; }
  static ValueInfo info();
};
