// The step `redact`: takes secrets and personal data out of records, by the names of fields and by what values look
// like. What can't be examined is replaced, too: this step never lets a value pass because something went wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"
#include "transforms/redact/counts.hpp"
#include "transforms/redact/detectors/detector.hpp"
#include "transforms/redact/field_names.hpp"
#include "transforms/redact/free_text.hpp"
#include "transforms/redact/scanner.hpp"

namespace towline::redact {

using DetectorList = std::vector<const Detector*>;

// Fields to redact whole: names at any depth, and paths (which have a dot).
struct FieldList {
  std::vector<std::string> names;
  std::vector<record::Path> paths;
};

struct RedactConfig {
  RedactConfig();

  DetectorList detect;     // default: all
  FieldList fields;        // default: default_field_names()
  FieldList extra_fields;  // besides `fields`
};
const config::Schema<RedactConfig>& redact_schema();

class RedactStep final : public component::Step {
 public:
  RedactStep(const RedactConfig& config, component::StepContext context);
  component::StepResult apply(record::Record& record) override;

 private:
  void examine(record::Record& record);
  void release_scratch();
  bool redact_field(record::Record& record, record::NodeId id);
  void examine_key(record::Record& record, record::NodeId id);
  void examine_value(record::Record& record, record::NodeId id);
  void examine_string(record::Record& record, record::NodeId id);
  void examine_number(record::Record& record, record::NodeId id);
  void examine_free_text(record::Record& record, record::NodeId id);
  bool scan(const record::Record& record, std::string_view inside, bool escaped, bool edited);
  void redact_text();
  void keep_matches();
  void count_matches(const record::Record& record, record::NodeId id);

  std::vector<record::Path> paths_;
  FieldNames names_;
  FieldNames names_in_text_;
  Scanner scanner_;
  FreeText free_text_;
  Counts counts_;
  bool detects_cards_;
  bool marked_ = false;    // whether the source text of this record has anything that detectors should look at
  std::string_view text_;  // what was scanned last, decoded
  std::string decoded_;    // scratch
  std::string redacted_;
  std::vector<Match> matches_;  // of the text that was redacted last, and
  bool overflow_ = false;       // whether there were more
};

extern const component::StepType step_type;

}  // namespace towline::redact

template <>
struct towline::config::Value<towline::redact::DetectorList> {
  static std::optional<redact::DetectorList> parse(const Node& node, Problems& problems);
  static std::string print(const redact::DetectorList& detectors);
  static ValueInfo info();
};

template <>
struct towline::config::Value<towline::redact::FieldList> {
  static std::optional<redact::FieldList> parse(const Node& node, Problems& problems);
  static std::string print(const redact::FieldList& fields);
  static ValueInfo info();
};
