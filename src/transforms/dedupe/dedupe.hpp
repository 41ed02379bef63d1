// The step `dedupe`: lets a record through once in a time, and says how often it was repeated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "config/types.hpp"
#include "transforms/field_path.hpp"
#include "transforms/path_value.hpp"
#include "transforms/recent_keys.hpp"
#include "transforms/step_errors.hpp"

namespace towline::dedupe {

struct DedupeConfig {
  DedupeConfig();
  std::vector<record::Path> fields;  // empty: the whole record without `ignore`
  std::vector<record::Path> ignore;
  Duration window = std::chrono::seconds(10);
  std::uint64_t entries_max = 10'000;
  config::OrOff<transforms::FieldPath> count_field{transforms::FieldPath("repeated")};
};
const config::Schema<DedupeConfig>& dedupe_schema();

class DedupeStep final : public component::Step {
 public:
  DedupeStep(const DedupeConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  // Of one record that passed.
  struct Seen {
    WallTime passed{};
    std::uint64_t repeated = 0;
  };

  bool describe(const record::Record& record);
  void append(const record::Record& record, record::NodeId id);

  DedupeConfig config_;
  SipKey hash_key_ = random_sip_key();
  transforms::RecentKeys<Seen> seen_;
  transforms::StepErrors errors_;
  std::vector<record::NodeId> ignored_;  // scratch, sorted
  std::string text_;                     // scratch: what the record is compared by
};

extern const component::StepType step_type;

}  // namespace towline::dedupe
