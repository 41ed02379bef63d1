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

}  // namespace

std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml,
                                           telemetry::Metrics& metrics) {
  static std::vector<std::shared_ptr<const void>> configs;
  config::Problems problems("test");
  configs.push_back(parse(type, yaml, problems));
  if (!problems.empty()) std::fputs(problems.text().c_str(), stderr);
  CHECK(problems.empty() && configs.back() != nullptr);
  return type.build(configs.back().get(), {"test", 0, metrics});
}

std::unique_ptr<component::Step> make_step(const component::StepType& type, const std::string& yaml) {
  static telemetry::Metrics metrics;
  return make_step(type, yaml, metrics);
}

std::string apply_step(component::Step& step, const std::string& json) {
  std::string text = json;
  text.append(record::padding, '\0');
  const std::string_view line = std::string_view(text).substr(0, json.size());
  record::Record record;
  if (record.parse(line, {}) != record::ParseError::none) record.wrap(line, "test", {});
  step.apply(record);
  std::string out;
  record.write(out);
  return out;
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
