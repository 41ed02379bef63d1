// The step `truncate`: cuts strings that are too long, and marks them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/byte_size.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/path_value.hpp"

namespace towline::truncate {

struct TruncateConfig {
  std::vector<record::Path> fields;  // none: the whole record
  config::ByteSize bytes = config::kibibytes(16);
  std::string suffix = "…";
};
const config::Schema<TruncateConfig>& truncate_schema();

// The longest part from the start of the inside of a JSON string that has at most `bytes` bytes, and ends neither
// within a character nor within an escape, that of a surrogate pair included.
std::string_view cut(std::string_view inside, std::size_t bytes, bool escaped);

class TruncateStep final : public component::Step {
 public:
  TruncateStep(const TruncateConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  void cut_inside(record::Record& record, record::NodeId id);
  void cut_string(record::Record& record, record::NodeId id);

  std::vector<record::Path> fields_;
  std::size_t bytes_;
  std::string suffix_;  // as it stands in a JSON string
  std::string cut_;     // scratch
};

extern const component::StepType step_type;

}  // namespace towline::truncate
