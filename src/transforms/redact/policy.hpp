// The configuration of a redact step as it is used: what is looked for, and what is done with it. Constant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/path.hpp"
#include "transforms/redact/allow.hpp"
#include "transforms/redact/config.hpp"
#include "transforms/redact/field_names.hpp"
#include "transforms/redact/redactions.hpp"

namespace towline::redact {

struct Policy {
  explicit Policy(const RedactConfig& config);
  Policy(const Policy&) = delete;  // others hold pointers to its rules
  Policy& operator=(const Policy&) = delete;

  const Rule& rule_of(const Detector* detector) const;

  // Those whose findings take the record out are searched for by themselves, so that no other match hides theirs.
  DetectorList detectors;
  DetectorList dropping;
  std::vector<Rule> detector_rules;  // of `detectors`, then of `dropping`
  PatternList patterns;
  std::vector<Rule> pattern_rules;
  Rule field;
  const Rule* card = nullptr;  // for numbers; null: not looked for

  Redactions redactions;
  AllowedValues allowed_values;
  std::vector<record::Path> allowed_paths;
  std::vector<std::string> allowed_names;

  std::vector<record::Path> paths;  // of fields to redact
  std::vector<std::string> names;
  std::vector<std::string> names_in_text;  // where no path can be followed, its last name stands for it

  bool base64;
  bool keep_type;
  bool marker;
};

}  // namespace towline::redact
