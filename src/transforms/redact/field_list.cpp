#include "transforms/redact/field_list.hpp"

#include "transforms/path_value.hpp"
#include "transforms/redact/field_names.hpp"

namespace towline::config {

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
