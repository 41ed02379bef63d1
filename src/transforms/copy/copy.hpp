// The step `copy`: puts copies of values at other places, objects and arrays with everything in them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/step_errors.hpp"

namespace towline::copy {

// In the order of the configuration; a later rule sees what an earlier one did.
struct Rule {
  record::Path from;  // without wildcards
  record::Path to;    // without wildcards
};
struct Rules {
  std::vector<Rule> rules;
};
struct CopyConfig {
  Rules rules;
};
const config::Schema<CopyConfig>& copy_schema();

class CopyStep final : public component::Step {
 public:
  CopyStep(const CopyConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  std::vector<Rule> rules_;
  transforms::StepErrors errors_;
};

extern const component::StepType step_type;

}  // namespace towline::copy

template <>
struct towline::config::Value<towline::copy::Rules> {
  static std::optional<copy::Rules> parse(const Node& node, Problems& problems);
  static std::string print(const copy::Rules&) { return {}; }
  static ValueInfo info();
};
