// Transforms of Vector as ours.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/import/pipeline.hpp"

namespace towline::app::migration {

struct TransformContext {
  Place& place;  // for remarks
  Names& names;
  std::string id;                   // ours
  std::vector<std::string> inputs;  // ours
  bool raw = false;                 // Vector has the line in `message`, unparsed
  std::function<std::optional<std::string>(const std::string& step, const Yaml& settings)> problem_with;
};

struct ConvertedTransform {
  std::vector<Stage> stages;  // none: it isn't about logs, nothing is made of it
  bool raw = false;
  vrl::Nodes for_inputs;  // steps that stand at the end of what it reads; the records go no further
};

ConvertedTransform convert_transform(const Component& component, const TransformContext& context);

}  // namespace towline::app::migration
