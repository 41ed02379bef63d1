// The step `remove`: takes fields out.
#pragma once

#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/path_value.hpp"

namespace towline::remove {

struct RemoveConfig {
  std::vector<record::Path> fields;
};
const config::Schema<RemoveConfig>& remove_schema();

class RemoveStep final : public component::Step {
 public:
  RemoveStep(const RemoveConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  std::vector<record::Path> fields_;
};

extern const component::StepType step_type;

}  // namespace towline::remove
