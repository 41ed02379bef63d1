// The step `nest`: gathers members of the record in an object of their own.
#pragma once

#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/name_pattern.hpp"
#include "transforms/names.hpp"
#include "transforms/path_value.hpp"
#include "transforms/step_errors.hpp"

namespace towline::nest {

struct NestConfig {
  record::Path into;  // without wildcards
  std::vector<transforms::NamePattern> fields;
  std::string strip_prefix;
};
const config::Schema<NestConfig>& nest_schema();

class NestStep final : public component::Step {
 public:
  NestStep(const NestConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  void find_members(const record::Record& record);
  bool is_meant(std::string_view name) const;
  void list_names(const record::Record& record, record::NodeId object);
  void move_members(record::Record& record, record::NodeId object);

  NestConfig config_;
  transforms::StepErrors errors_;
  // Scratch.
  std::vector<record::NodeId> members_;  // what is to be moved
  transforms::Names names_;              // of the members that the object has, and then of those
  std::size_t own_ = 0;                  // so many of them are those that it has
  std::string key_;
};

extern const component::StepType step_type;

}  // namespace towline::nest
