#include "app/commands/import/settings.hpp"

#include <algorithm>

#include "app/commands/import/variables.hpp"
#include "config/problems.hpp"

namespace towline::app::migration {

Settings::Settings(const Tree* map, std::string path, Place& place)
    : map_(map != nullptr && map->is_map() ? map : nullptr), path_(std::move(path)), place_(&place) {}

std::string Settings::name_of(std::string_view key) const {
  const std::string quoted = config::in_quotes(key);
  const std::string shown = quoted.substr(1, quoted.size() - 2);  // escaped and cut, without the backquotes
  return path_.empty() ? shown : path_ + "." + shown;
}

const Tree* Settings::take(std::string_view key) {
  taken_.emplace_back(key);
  const Tree* value = map_ == nullptr ? nullptr : map_->find(key);
  return value == nullptr || value->kind == Tree::Kind::null ? nullptr : value;
}

std::optional<std::string> Settings::text(std::string_view key) {
  const Tree* value = take(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_scalar()) return converted(*value, key);
  refuse_at(value->line, key, "a text was expected here", "");
  return std::nullopt;
}

std::optional<std::string> Settings::number(std::string_view key) {
  const Tree* value = take(key);
  if (value == nullptr) return std::nullopt;
  const std::string text = value->is_scalar() ? converted(*value, key) : "";
  if (is_number(text) || has_variable(text)) return text;
  refuse_at(value->line, key, "a number was expected here", "");
  return std::nullopt;
}

bool Settings::flag(std::string_view key, bool without) {
  const Tree* value = take(key);
  return value == nullptr || value->kind != Tree::Kind::boolean ? without : value->text == "true";
}

std::vector<std::string> Settings::texts(std::string_view key) {
  const Tree* value = take(key);
  std::vector<std::string> result;
  if (value == nullptr) return result;
  if (value->is_scalar()) result.push_back(converted(*value, key));
  for (const Tree& item : value->items) {
    if (item.is_scalar()) result.push_back(converted(item, key));
  }
  return result;
}

Settings Settings::section(std::string_view key) {
  const Tree* value = take(key);
  if (value != nullptr && !value->is_map()) refuse_at(value->line, key, "settings were expected here", "");
  return Settings(value, name_of(key), *place_);
}

void Settings::ignore(std::initializer_list<std::string_view> keys) {
  taken_.insert(taken_.end(), keys.begin(), keys.end());
}

void Settings::refuse(std::string_view key, std::string why, std::string instead) {
  if (take(key) == nullptr) return;
  const auto entry =
      std::find_if(map_->entries.begin(), map_->entries.end(), [&](const TreeEntry& e) { return e.key == key; });
  refuse_at(entry->line, key, std::move(why), std::move(instead));
}

void Settings::refuse_at(std::uint32_t line, std::string_view key, std::string why, std::string instead) {
  place_->remark(line, name_of(key), {std::move(why), std::move(instead)});
}

void Settings::finish() {
  if (map_ == nullptr) return;
  for (const TreeEntry& entry : map_->entries) {
    const bool asked_for = std::find(taken_.begin(), taken_.end(), entry.key) != taken_.end();
    if (!asked_for) refuse_at(entry.line, entry.key, "there is no such setting here", "");
  }
}

std::string Settings::converted(const Tree& scalar, std::string_view key) {
  if (scalar.text.find("SECRET[") != std::string::npos)
    refuse_at(scalar.line, key, "secrets come from variables and files",
              "write ${NAME}, or file:/path where a token is set");
  Variables variables = convert_variables(scalar.text);
  if (!variables.different.empty())
    refuse_at(scalar.line, key, config::in_quotes(variables.different) + ": " + variables.different_reason, "");
  return std::move(variables.text);
}

}  // namespace towline::app::migration
