#include "config/describe.hpp"

namespace towline::config {
namespace {

const void* nested_object_of(const Field& field, const void* object) {
  const void* inner = field.nested_object(object);
  return inner != nullptr ? inner : field.nested->defaults();
}

bool is_absent(const Field& field, const void* object) {
  return field.nested != nullptr && field.nested_object(object) == nullptr;
}

// "1B to 100MB. `a`: first. `b`: second."; empty where there is nothing more to say.
std::string details(const Field& field) {
  std::string text;
  if (!field.bounds.empty()) text += " From " + field.bounds + ".";
  for (const auto& [name, description] : field.type.choices)
    if (!description.empty()) text += " `" + name + "`: " + description;
  return text;
}

std::string example_text(const Field& field) {
  return field.example.empty() ? std::string() : " For example `" + field.example + "`.";
}

std::string default_text(const Field& field, const void* object) {
  if (field.required) return "required";
  const std::string text = field.print(object);
  return text.empty() ? "none" : text;
}

Json property(const Field& field, const void* object) {
  if (field.nested != nullptr) return json_schema(*field.nested, nested_object_of(field, object));
  Json json = field.type.json;
  std::string description = field.description + details(field);
  if (!field.required && !field.print(object).empty()) description += " Default: " + field.print(object);
  json.set("description", std::move(description));
  return json;
}

std::string escaped_for_table(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void add_rows(const SchemaBase& schema, const void* object, const std::string& prefix, std::string& out) {
  for (const Field& field : schema.fields()) {
    const std::string path = prefix + field.key;
    const std::string key = path.empty() ? "(the value itself)" : "`" + path + "`";
    if (field.nested != nullptr) {
      const std::string absent = is_absent(field, object) ? "absent" : "";
      out += "| " + key + " | settings | " + absent + " | " + escaped_for_table(field.description) + " |\n";
      add_rows(*field.nested, nested_object_of(field, object), path + ".", out);
      continue;
    }
    const std::string shown = default_text(field, object);
    const bool is_value = shown != "none" && shown != "required";
    out += "| " + key + " | " + escaped_for_table(field.type.name) + " | " +
           escaped_for_table(is_value ? "`" + shown + "`" : shown) + " | " +
           escaped_for_table(field.description + details(field) + example_text(field)) + " |\n";
  }
}

// One `key: value` line with its comment; `off` is "# " where the key is to be a comment itself.
void add_key(const Field& field, const void* object, std::size_t indent, bool commented, std::string& out) {
  const std::string margin(indent, ' ');
  out += yaml_comment(field.description + details(field), indent);
  const std::string shown = field.required ? std::string() : field.print(object);
  const bool has_default = !shown.empty();
  const std::string value = has_default ? shown : field.example;
  const bool off = commented || has_default || value.empty();
  out += margin + (off ? "# " : "") + field.key + ":" + (value.empty() ? "" : " " + value) + "\n";
}

void add_keys(const SchemaBase& schema, const void* object, std::size_t indent, bool commented, std::string& out) {
  for (const Field& field : schema.fields()) {
    if (field.nested == nullptr) {
      add_key(field, object, indent, commented, out);
      continue;
    }
    const bool off = commented || is_absent(field, object);
    out += yaml_comment(field.description, indent);
    out += std::string(indent, ' ') + (off ? "# " : "") + field.key + ":\n";
    add_keys(*field.nested, nested_object_of(field, object), indent + 2, off, out);
  }
}

}  // namespace

Json json_schema(const SchemaBase& schema, const void* object, const std::vector<ExtraKey>& extra) {
  if (schema.is_whole()) return property(schema.fields().front(), object);
  Json properties;
  Json required_keys = Json::array();
  for (const ExtraKey& key : extra) {
    properties.set(key.key, key.json);
    if (key.required) required_keys.push(key.key);
  }
  for (const Field& field : schema.fields()) {
    properties.set(field.key, property(field, object));
    if (field.required) required_keys.push(field.key);
  }
  Json json;
  json.set("description", schema.summary());
  json.set("type", required_keys.empty() ? Json::array({"object", "null"}) : Json("object"));
  json.set("properties", std::move(properties));
  if (!required_keys.empty()) json.set("required", std::move(required_keys));
  json.set("additionalProperties", false);
  return json;
}

std::string markdown_table(const SchemaBase& schema, const void* object) {
  std::string out = "| Key | Value | Default | Meaning |\n|---|---|---|---|\n";
  add_rows(schema, object, "", out);
  return out;
}

std::string reference_yaml(const SchemaBase& schema, const void* object, std::size_t indent) {
  std::string out;
  add_keys(schema, object, indent, false, out);
  return out;
}

std::string yaml_comment(std::string_view text, std::size_t indent) {
  constexpr std::size_t width = 110;
  const std::string margin = std::string(indent, ' ') + "#";
  std::string out;
  std::string line = margin;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (line.size() > margin.size() && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = margin;
    }
    line.append(" ").append(word);
  }
  return out + line + "\n";
}

}  // namespace towline::config
