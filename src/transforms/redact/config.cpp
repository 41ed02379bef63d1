// What the user may write below `redact:`.
#include <algorithm>

#include "transforms/path_value.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/redact.hpp"

namespace towline::redact {

RedactConfig::RedactConfig() : detect(all_detectors.begin(), all_detectors.end()) {
  for (const std::string_view name : default_field_names()) fields.names.emplace_back(name);
}

const config::Schema<RedactConfig>& redact_schema() {
  static const config::Schema<RedactConfig> schema(
      "redact", "Replaces secrets and personal data.",
      config::field("detect", &RedactConfig::detect,
                    "The detectors to use on all strings and keys. A match is replaced by `[REDACTED:detector]`, an "
                    "e-mail address by its first letter, `***` and its domain."),
      config::field("fields", &RedactConfig::fields,
                    "Fields to replace by `[REDACTED:field]`, whatever their value is. A name counts at any depth, "
                    "without regard to case, `-` and `_`; it may begin or end with `*`. With a dot it is a path."),
      config::field("extra_fields", &RedactConfig::extra_fields, "More fields, besides those of `fields`."));
  return schema;
}

}  // namespace towline::redact

namespace towline::config {

std::optional<redact::DetectorList> Value<redact::DetectorList>::parse(const Node& node, Problems& problems) {
  if (!expect_sequence(node, "a list of detectors", problems)) return std::nullopt;
  std::vector<std::string> names;
  for (const redact::Detector* detector : redact::all_detectors) names.emplace_back(detector->name);
  std::vector<bool> chosen(names.size());
  bool valid = true;
  for (const Node& item : node.items) {
    const std::optional<std::size_t> index = parse_choice(item, names, problems);
    if (index) chosen[*index] = true;
    valid = valid && index.has_value();
  }
  if (!valid) return std::nullopt;
  redact::DetectorList detectors;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (chosen[i]) detectors.push_back(redact::all_detectors[i]);
  }
  return detectors;
}

std::string Value<redact::DetectorList>::print(const redact::DetectorList& detectors) {
  std::vector<std::string> names;
  for (const redact::Detector* detector : detectors) names.emplace_back(detector->name);
  return Value<std::vector<std::string>>::print(names);
}

ValueInfo Value<redact::DetectorList>::info() {
  std::vector<std::pair<std::string, std::string>> choices;
  for (const redact::Detector* detector : redact::all_detectors) {
    choices.emplace_back(detector->name, detector->description);
  }
  return list_info(choice_info(std::move(choices)));
}

std::optional<redact::FieldList> Value<redact::FieldList>::parse(const Node& node, Problems& problems) {
  const auto texts = Value<std::vector<std::string>>::parse(node, problems);
  if (!texts) return std::nullopt;
  redact::FieldList fields;
  const std::size_t before = problems.count();
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::string& text = (*texts)[i];
    const Mark mark = node.items[i].mark;
    if (text.find('.') != std::string::npos) {
      auto path = transforms::parse_path(text, mark, problems);
      if (path) fields.paths.push_back(std::move(*path));
    } else if (redact::FieldNames::is_pattern(text)) {
      fields.names.push_back(text);
    } else {
      problems.add(mark, in_quotes(text) + " is not the name of a field", "a `*` may stand at its beginning or end");
    }
  }
  if (problems.count() != before) return std::nullopt;
  return fields;
}

std::string Value<redact::FieldList>::print(const redact::FieldList& fields) {
  std::vector<std::string> texts = fields.names;
  for (const record::Path& path : fields.paths) texts.push_back(path.text());
  return Value<std::vector<std::string>>::print(texts);
}

ValueInfo Value<redact::FieldList>::info() {
  return Value<std::vector<std::string>>::info();
}

}  // namespace towline::config
