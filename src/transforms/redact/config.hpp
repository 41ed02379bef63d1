// What the user may write below `redact:`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/schema.hpp"
#include "transforms/redact/actions.hpp"
#include "transforms/redact/allow.hpp"
#include "transforms/redact/detectors/detector.hpp"
#include "transforms/redact/field_list.hpp"
#include "transforms/redact/patterns.hpp"

namespace towline::redact {

using DetectorList = std::vector<const Detector*>;

// By the name of a detector or pattern, or `field`.
using ActionMap = config::Map<Action>;

struct HashConfig {
  config::SecretSource key;
  config::SecretSource previous_key;
};

struct RedactConfig {
  RedactConfig();

  DetectorList detect;        // default: those that are on by default
  DetectorList extra_detect;  // besides `detect`
  PatternList patterns;
  FieldList fields;        // default: default_field_names()
  FieldList extra_fields;  // besides `fields`
  std::optional<Action> action;
  ActionMap actions;
  std::optional<HashConfig> hash;
  AllowConfig allow;
  bool base64 = true;
  bool keep_type = false;
  bool marker = false;

  // Both lists, in the order of the catalogue, each detector once.
  DetectorList all_detectors_chosen() const;
  // What is done with what this detector or pattern (or `field`) has found. `own` is what the thing itself says.
  Action action_for(std::string_view name, std::optional<Action> own, bool has_mask) const;
};
const config::Schema<RedactConfig>& redact_schema();

}  // namespace towline::redact

template <>
struct towline::config::Value<towline::redact::DetectorList> {
  static std::optional<redact::DetectorList> parse(const Node& node, Problems& problems);
  static std::string print(const redact::DetectorList& detectors);
  static ValueInfo info();
};

template <>
struct towline::config::Value<towline::redact::PatternList> {
  static std::optional<redact::PatternList> parse(const Node& node, Problems& problems);
  static std::string print(const redact::PatternList& list);
  static ValueInfo info();
};
