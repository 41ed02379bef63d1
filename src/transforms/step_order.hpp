// Which steps come after which, for those whose place matters.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "component/registry.hpp"

namespace towline::transforms {

// Whether a step of this type follows later in the same transform.
inline bool is_followed_by(std::string_view type, const component::PlacedStep& step,
                           std::span<const component::PlacedStep> all) {
  return std::ranges::any_of(all, [&](const component::PlacedStep& other) {
    return other.transform == step.transform && other.index > step.index && other.type->name == type;
  });
}

// Reports the steps of this type that a `redact` follows, and why that is a mistake.
inline void check_behind_redact(const component::StepType& type, std::span<const component::PlacedStep> all,
                                const std::string& why, config::Problems& problems) {
  for (const component::PlacedStep& step : all) {
    if (step.type != &type || !is_followed_by("redact", step, all)) continue;
    const std::string name(type.name);
    const config::Problems::Scope transforms(problems, "transforms");
    const config::Problems::Scope transform(problems, step.transform);
    const config::Problems::Scope position(problems, "steps[" + std::to_string(step.index) + "]." + name);
    problems.add(step.mark, why, "put the step `" + name + "` behind `redact`");
  }
}

}  // namespace towline::transforms
