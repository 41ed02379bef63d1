// The step `redact`: takes secrets and personal data out of records, by the names of fields and by what values look
// like. What can't be examined is replaced, too: this step never lets a value pass because something went wrong.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "transforms/redact/budget.hpp"
#include "transforms/redact/config.hpp"
#include "transforms/redact/counts.hpp"
#include "transforms/redact/field_names.hpp"
#include "transforms/redact/marker.hpp"
#include "transforms/redact/nested_json.hpp"
#include "transforms/redact/policy.hpp"
#include "transforms/redact/text_redactor.hpp"
#include "transforms/redact/tokens.hpp"

namespace towline::redact {

class RedactStep final : public component::Step {
 public:
  RedactStep(const RedactConfig& config, component::StepContext context);
  component::StepResult apply(record::Record& record) override;

  static constexpr std::size_t nested_max = 2;  // JSON in a string, and JSON in a string of that

 private:
  using Outcome = TextRedactor::Outcome;
  // A value, and how deep in JSON inside of strings it is.
  struct Place {
    record::Record& record;
    record::NodeId id;
    std::size_t level;
  };

  void find_allowed(const record::Record& record);
  void redact_paths(record::Record& record);
  void examine_marked(record::Record& record);
  struct Looked;
  void examine_in_order(record::Record& record, const Looked& looked);
  void examine_below(record::Record& record, record::NodeId top, std::size_t level);
  bool examine_node(const Place& place);
  void examine(const Place& place, bool sensitive);
  bool is_marked(const record::Record& record, const record::Node& node);
  bool is_unmarked(const record::Record& record, std::uint32_t begin, std::uint32_t end);
  bool knows_key(std::string_view key);
  bool is_allowed(const Place& place);
  bool redact_field(record::Record& record, record::NodeId id);
  std::string_view kept_type(record::Type type) const;
  bool examine_key(const Place& place);
  void examine_string(const Place& place);
  void examine_text(const Place& place, std::string_view text);
  bool examine_text_once(const Place& place, std::string_view text);
  bool examine_nested(const Place& place, std::string_view text);
  void examine_number(const Place& place);
  void redact_number(const Place& place, const Rule& rule, std::string_view found);
  std::string_view decoded(std::string_view inside, bool escaped);
  void count_redacted(const Place& place, Outcome outcome);
  void count(std::string_view detector, std::string_view field);
  void write_marker(record::Record& record);
  void release_scratch();

  FieldNames& names_at(std::size_t level) { return wrapped_ && level > 0 ? names_in_text_ : names_; }

  Policy policy_;
  FieldNames names_;
  FieldNames names_in_text_;
  FieldNames allowed_names_;
  Tokens tokens_;
  Budget budget_;
  TextRedactor redactor_;
  Counts counts_;
  Marker marker_;
  std::array<NestedJson, nested_max> nested_;
  bool allows_fields_;
  std::size_t number_size_min_;          // of numbers that need a look
  std::vector<record::NodeId> allowed_;  // nodes of the record, sorted
  bool wrapped_ = false;                 // the record was made around a line that is none
  std::size_t mark_ = 0;  // the first place at or after `marks_from_` of the source text that deserves a closer look
  std::size_t marks_from_ = 0;
  std::vector<std::string> known_keys_;  // written by an earlier step, and harmless
  bool dropped_ = false;                 // the record goes
  bool keys_changed_ = false;
  std::string decoded_;  // scratch
  std::string written_;
};

extern const component::StepType step_type;

}  // namespace towline::redact
