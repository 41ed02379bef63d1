// The step `category`: gives a record a category by the prefix of a name, such as that of its logger.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "transforms/field_path.hpp"
#include "transforms/step_errors.hpp"

namespace towline::category {

struct CategoryConfig {
  transforms::FieldPath field{"logger"};
  transforms::FieldPath target{"category"};
  config::Map<std::string> map;
  std::optional<std::string> fallback;
  std::string separator = ".";
};
const config::Schema<CategoryConfig>& category_schema();

class CategoryStep final : public component::Step {
 public:
  CategoryStep(const CategoryConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  const std::string* category_of(const record::Record& record);
  const std::string* category_of(std::string_view name) const;

  transforms::FieldPath field_;
  transforms::FieldPath target_;
  std::string separator_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> json_by_prefix_;
  std::size_t prefix_bytes_max_ = 0;  // of those in the map
  std::string fallback_json_;         // empty: none
  transforms::StepErrors errors_;
  std::string scratch_;
};

extern const component::StepType step_type;

}  // namespace towline::category
