// The step `parse_timestamp`: reads the time of a record and writes it in one form. What isn't a time stays as it is,
// the record gets the time of its receipt, and says so.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "transforms/parse_timestamp/clock_skew.hpp"
#include "transforms/parse_timestamp/config.hpp"
#include "transforms/step_errors.hpp"

namespace towline::parse_timestamp {

class ParseTimestampStep final : public component::Step {
 public:
  ParseTimestampStep(const ParseTimestampConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  void accept(record::Record& record, WallTime time);
  void refuse(record::Record& record, std::string_view reason);
  std::string_view absurdity(WallTime time, WallTime received) const;
  std::string_view json_of(WallTime time);
  void put(record::Record& record, const record::Path& path, std::string_view json);

  ParseTimestampConfig config_;
  bool in_place_;  // the field is the target,
  bool overlap_;   // or one is inside of the other
  record::Path error_path_;
  record::Path original_path_;
  transforms::StepErrors errors_;
  ClockSkew skew_;
  std::vector<record::NodeId> found_;  // scratch
  std::string json_;                   // scratch
};

extern const component::StepType step_type;

}  // namespace towline::parse_timestamp
