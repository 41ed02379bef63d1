// How one transform is converted: what all its kinds share, and the kinds. Used by transforms.cpp and sampling.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/commands/import/settings.hpp"
#include "app/commands/import/transforms.hpp"
#include "app/commands/import/vrl/condition.hpp"

namespace towline::app::migration {

class Transform {
 public:
  Transform(const Component& component, const TransformContext& context)
      : component_(component), context_(context), settings_(component.settings, component.path(), context.place) {
    settings_.ignore({"type", "inputs", "graph"});
  }

  ConvertedTransform convert();

 private:
  void remap();
  void filter();
  void route();
  void exclusive_route();
  void sample();
  void throttle();
  void dedupe();
  void metrics();
  void unknown();

  // Remarks are made where there is no pattern.
  std::optional<vrl::Pattern> condition(std::string_view key);
  std::optional<vrl::Pattern> condition_of(const Tree& tree, std::string_view key);
  void add(std::string step, Yaml settings);
  Yaml path_setting(std::string_view key, const std::string& text);
  void add_route(const std::string& name, const std::string& pattern);

  const Component& component_;
  const TransformContext& context_;
  Settings settings_;
  vrl::Nodes nodes_;
  std::vector<std::pair<std::string, std::string>> routes_;
  ConvertedTransform result_;
};

// With its braces, unless it is that of every record.
std::string whole(const vrl::Pattern& pattern);

}  // namespace towline::app::migration
