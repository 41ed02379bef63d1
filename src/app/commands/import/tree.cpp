#include "app/commands/import/tree.hpp"

#include <algorithm>

#include "record/grammar.hpp"

namespace towline::app::migration {

const Tree* Tree::find(std::string_view key) const {
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const TreeEntry& e) { return e.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

bool is_number(std::string_view text) {
  const char* const end = text.data() + text.size();
  return !text.empty() && record::skip_number(text.data(), end) == end;
}

std::optional<Format> format_of(std::string_view file) {
  if (file.ends_with(".toml")) return Format::toml;
  if (file.ends_with(".yaml") || file.ends_with(".yml") || file.ends_with(".json")) return Format::yaml;
  return std::nullopt;
}

std::optional<Tree> read_tree(std::string_view text, Format format, config::Problems& problems) {
  return format == Format::toml ? read_toml(text, problems) : read_yaml(text, problems);
}

}  // namespace towline::app::migration
