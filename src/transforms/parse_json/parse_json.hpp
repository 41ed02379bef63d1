// The step `parse_json`: makes of a string that holds JSON the value that it stands for. What isn't JSON stays as it
// is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/parse_json/merger.hpp"
#include "transforms/path_value.hpp"
#include "transforms/step_errors.hpp"

namespace towline::parse_json {

// Where the value goes: the record itself (members join its own), or a path without wildcards.
struct Target {
  bool record = false;
  record::Path path;
};

struct ParseJsonConfig {
  record::Path field;
  std::optional<Target> target;  // none: the place of the string
  bool overwrite = false;        // what is there already gives way
  bool keep = false;             // the string stays where it is, besides the value
};
const config::Schema<ParseJsonConfig>& parse_json_schema();

class ParseJsonStep final : public component::Step {
 public:
  ParseJsonStep(const ParseJsonConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  std::optional<record::NodeId> parse(const record::Record& record, record::NodeId string);
  std::optional<record::NodeId> parse_object(std::string_view text);
  std::optional<record::NodeId> parse_array();
  void replace(record::Record& record, record::NodeId string);
  void put(record::Record& record, record::NodeId string);
  void merge(record::Record& record, record::NodeId string);

  ParseJsonConfig config_;
  transforms::StepErrors errors_;
  record::Record parsed_;  // the string that was parsed last
  std::string text_;       // what it refers to
  Merger merger_;
  std::vector<record::NodeId> found_;  // scratch
};

extern const component::StepType step_type;

}  // namespace towline::parse_json

template <>
struct towline::config::Value<towline::parse_json::Target> {
  static std::optional<parse_json::Target> parse(const Node& node, Problems& problems);
  static std::string print(const parse_json::Target& target) {
    return yaml_scalar(target.record ? "." : target.path.text());
  }
  static ValueInfo info();
};
