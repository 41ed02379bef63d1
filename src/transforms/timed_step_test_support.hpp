// For tests of steps that look at the time: one record through a step, received at a given moment.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "component/step.hpp"
#include "record/record.hpp"

namespace towline::transforms {

inline constexpr WallTime noon{std::chrono::seconds{1'795'176'000}};  // 2026-11-20T12:00:00Z

// What the step makes of a JSON object; nothing, if it filters it.
inline std::optional<std::string> pass(component::Step& step, const std::string& json, WallTime received = noon) {
  std::string text = json;
  text.append(record::padding, '\0');
  record::Record record;
  EXPECT_EQ(record.parse(std::string_view(text).substr(0, json.size()), received), record::ParseError::none) << json;
  if (step.apply(record) == component::StepResult::filter) return std::nullopt;
  std::string out;
  record.write(out);
  return out;
}

}  // namespace towline::transforms
