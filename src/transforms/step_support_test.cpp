#include <optional>

#include "base/check.hpp"
#include "config/node.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::transforms {

namespace {

std::optional<std::string> no_variables(std::string_view) {
  return std::nullopt;
}

// A configuration outlives its steps: the tests keep all of them.
std::shared_ptr<const void> parse(const component::StepType& type, const std::string& yaml,
                                  config::Problems& problems) {
  const std::optional<config::Node> node = config::parse_yaml(yaml, no_variables, problems);
  return node ? type.schema->parse_shared(*node, problems) : nullptr;
}

component::StepResult run(component::Step& step, const std::string& json, std::string* written) {
  std::string text = json;
  text.append(record::padding, '\0');
  const std::string_view line = std::string_view(text).substr(0, json.size());
  record::Record record;
  if (record.parse(line, {}) != record::ParseError::none) record.wrap(line, "test", {});
  const component::StepResult result = step.apply(record);
  if (written != nullptr) record.write(*written);
  return result;
}

}  // namespace

std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml,
                                           Surroundings& surroundings) {
  static std::vector<std::shared_ptr<const void>> configs;
  config::Problems problems("test");
  configs.push_back(parse(type, yaml, problems));
  if (!problems.empty()) std::fputs(problems.text().c_str(), stderr);
  CHECK(problems.empty() && configs.back() != nullptr);
  return type.build(configs.back().get(), {"test", 0, surroundings.metrics, surroundings.audit, surroundings.facts,
                                           surroundings.log_metrics});
}

std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml) {
  static Surroundings surroundings;
  return make_step(type, yaml, surroundings);
}

std::string apply_step(component::Step& step, const std::string& json) {
  std::string out;
  run(step, json, &out);
  return out;
}

bool step_keeps(component::Step& step, const std::string& json) {
  return run(step, json, nullptr) == component::StepResult::keep;
}

bool step_keeps(const component::StepType& type, const std::string& yaml, const std::string& json) {
  return step_keeps(*make_step(type, yaml), json);
}

std::string apply_step(const component::StepType& type, const std::string& yaml, const std::string& json) {
  return apply_step(*make_step(type, yaml), json);
}

std::string problems_of(const component::StepType& type, const std::string& yaml) {
  config::Problems problems("test");
  parse(type, yaml, problems);
  return problems.text();
}

}  // namespace towline::transforms
