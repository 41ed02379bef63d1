// The step `flatten`: nested objects become members of one object, with keys like `user.address.city`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/names.hpp"
#include "transforms/path_value.hpp"
#include "transforms/step_errors.hpp"

namespace towline::flatten {

enum class Arrays : std::uint8_t { keep, index };
constexpr auto config_values(Arrays) {
  return std::to_array<config::Choice<Arrays>>(
      {{Arrays::keep, "keep", "A list stays a list, with the objects in it as they are."},
       {Arrays::index, "index", "Each element gets a key with its number, counted from 0."}});
}

struct FlattenConfig {
  std::optional<record::Path> field;  // none: the record
  std::string separator = ".";
  Arrays arrays = Arrays::keep;
};
const config::Schema<FlattenConfig>& flatten_schema();

class FlattenStep final : public component::Step {
 public:
  FlattenStep(const FlattenConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  void flatten(record::Record& record, record::NodeId object);
  void list(const record::Record& record, record::NodeId object);
  void list_inside(const record::Record& record, record::NodeId container);
  bool is_nested(const record::Record& record, record::NodeId id) const;
  void add_level(const record::Record& record, record::NodeId id, std::size_t index);

  FlattenConfig config_;
  transforms::StepErrors errors_;
  // Scratch.
  std::vector<record::NodeId> found_;
  std::vector<record::NodeId> nested_;  // objects and arrays, each before what is in it
  std::vector<record::NodeId> leaves_;  // what is to be moved
  transforms::Names names_;             // of the members that the object has, and then of the leaves
  std::size_t own_ = 0;                 // so many of them are those that it has
  std::string prefix_;
  // Of the record at hand.
  std::size_t budget_ = 0;  // bytes that new keys may still take; 0: they take more
  bool name_taken_ = false;
};

extern const component::StepType step_type;

}  // namespace towline::flatten
