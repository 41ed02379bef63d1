// Documentation from a schema: JSON Schema for editors, a Markdown table for the reference pages, YAML with every key
// for config/reference.yaml. `object` is a struct of the schema's type whose values are shown as defaults.
#pragma once

#include <string>
#include <string_view>

#include "config/schema.hpp"

namespace towline::config {

// A key beside those of a schema, such as a component's `type`.
struct ExtraKey {
  std::string key;
  Json json;
  bool required = true;
};

// An object schema with a property a key; for a whole() schema that of its value.
Json json_schema(const SchemaBase& schema, const void* object, const std::vector<ExtraKey>& extra = {});

// A row a key, nested ones as "batch.bytes". Ends with a line end.
std::string markdown_table(const SchemaBase& schema, const void* object);

// Every key, each under its description: with its example where it has one and no default, else as a comment.
// `indent` is the column of the keys.
std::string reference_yaml(const SchemaBase& schema, const void* object, std::size_t indent);

// `text` as comment lines at that column, wrapped at 110 characters.
std::string yaml_comment(std::string_view text, std::size_t indent);

}  // namespace towline::config
