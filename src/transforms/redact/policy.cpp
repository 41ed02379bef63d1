#include "transforms/redact/policy.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace towline::redact {

namespace {

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Rule rule_for(const RedactConfig& config, const Detector& detector) {
  const Action action = config.action_for(detector.name, std::nullopt, detector.mask != nullptr);
  return {detector.name, action, detector.mask != nullptr ? detector.mask : mask_of(detector.name)};
}

Rule rule_for(const RedactConfig& config, const Pattern& pattern) {
  return {pattern.name, config.action_for(pattern.name, pattern.action, false), mask_all_but_last_four};
}

// The last name of a path, if there is one.
const std::string* last_name(const record::Path& path) {
  const auto& segments = path.segments();
  const auto last = std::find_if(segments.rbegin(), segments.rend(), [](const record::Path::Segment& segment) {
    return !segment.any && segment.index == record::Path::not_an_index && FieldNames::is_pattern(segment.text);
  });
  return last == segments.rend() ? nullptr : &last->text;
}

}  // namespace

Policy::Policy(const RedactConfig& config)
    : patterns(config.patterns),
      field{field_name, config.action_for(field_name, std::nullopt, false), nullptr},
      allowed_values(config.allow.values),
      allowed_paths(config.allow.fields.paths),
      allowed_names(config.allow.fields.names),
      paths(config.fields.paths),
      names(config.fields.names),
      base64(config.base64),
      keep_type(config.keep_type),
      marker(config.marker) {
  append(paths, config.extra_fields.paths);
  append(names, config.extra_fields.names);
  names_in_text = names;
  for (const record::Path& path : paths) {
    if (const std::string* name = last_name(path)) names_in_text.push_back(*name);
  }
  for (const Detector* detector : config.all_detectors_chosen()) {
    const bool drops = rule_for(config, *detector).action == Action::drop_record;
    (drops ? dropping : detectors).push_back(detector);
  }
  for (const DetectorList* list : {&detectors, &dropping}) {
    for (const Detector* detector : *list) detector_rules.push_back(rule_for(config, *detector));
  }
  for (const Pattern& pattern : patterns.patterns) {
    pattern_rules.push_back(rule_for(config, pattern));
    redactions.add(pattern.name);
  }
  for (const Rule& rule : detector_rules) {
    if (rule.name == "card") card = &rule;
  }
}

const Rule& Policy::rule_of(const Detector* detector) const {
  for (std::size_t i = 0; i < detectors.size(); ++i) {
    if (detectors[i] == detector) return detector_rules[i];
  }
  for (std::size_t i = 0; i < dropping.size(); ++i) {
    if (dropping[i] == detector) return detector_rules[detectors.size() + i];
  }
  CHECK(false);  // a scanner only finds what it was given
  return field;
}

}  // namespace towline::redact
