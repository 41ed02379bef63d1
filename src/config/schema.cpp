#include "config/schema.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace towline::config {

bool SchemaBase::parse_into(const Node& node, void* object, Problems& problems,
                            std::span<const std::string_view> also_known) const {
  const std::size_t before = problems.count();
  if (is_whole()) {
    if (node.is_null() && !fields_.front().required) return true;
    fields_.front().parse(node, object, problems);
  } else {
    if (!node.is_null() && !expect_map(node, "a map of settings", problems)) return false;
    parse_keys(node, object, problems, also_known);
  }
  if (problems.count() != before) return false;
  for (const Check& check : checks_)
    if (const std::optional<std::string> wrong = check(object)) problems.add(node.mark, *wrong);
  return problems.count() == before;
}

void SchemaBase::parse_keys(const Node& node, void* object, Problems& problems,
                            std::span<const std::string_view> also_known) const {
  std::vector<std::string> known(also_known.begin(), also_known.end());
  for (const Field& field : fields_) known.push_back(field.key);
  check_duplicate_keys(node, problems);
  for (const Node::Entry& entry : node.entries) {
    const auto field = std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.key == entry.key; });
    if (field != fields_.end()) {
      const Problems::Scope scope(problems, entry.key);
      field->parse(entry.value, object, problems);
    } else if (std::find(also_known.begin(), also_known.end(), entry.key) == also_known.end()) {
      problems.add(entry.key_mark, "unknown key " + in_quotes(entry.key), suggestion(entry.key, known));
    }
  }
  for (const Field& field : fields_)
    if (field.required && node.find(field.key) == nullptr)
      problems.add(node.mark, "the key " + in_quotes(field.key) + " is missing",
                   field.example.empty() ? "" : "for example " + field.key + ": " + field.example);
}

void SchemaBase::add_field(Field field) {
  const bool is_new = std::none_of(fields_.begin(), fields_.end(), [&](const Field& f) { return f.key == field.key; });
  CHECK(is_new);
  fields_.push_back(std::move(field));
}

void SchemaBase::add_embedded(const SchemaBase& other, std::function<void*(void* object)> inner) {
  // The functions of a field get the embedded struct; reading through a const object doesn't change it.
  const auto const_inner = [inner](const void* object) -> const void* { return inner(const_cast<void*>(object)); };
  for (const Field& original : other.fields_) {
    Field field = original;
    field.parse = [parse = original.parse, inner](const Node& node, void* object, Problems& problems) {
      parse(node, inner(object), problems);
    };
    field.print = [print = original.print, const_inner](const void* object) { return print(const_inner(object)); };
    if (original.nested_object)
      field.nested_object = [nested = original.nested_object, const_inner](const void* object) {
        return nested(const_inner(object));
      };
    add_field(std::move(field));
  }
  for (const Check& check : other.checks_)
    add_check([check, const_inner](const void* object) { return check(const_inner(object)); });
}

}  // namespace towline::config
