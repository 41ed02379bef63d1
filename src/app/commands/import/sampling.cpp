// Transforms that let only some records through.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "app/commands/import/names.hpp"
#include "app/commands/import/templates.hpp"
#include "app/commands/import/transform.hpp"
#include "app/commands/import/values.hpp"
#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration {

// A path of Vector's as ours.
Yaml Transform::path_setting(std::string_view key, const std::string& text) {
  const std::optional<vrl::Path> path = vrl::read_path(text);
  const std::optional<std::string> converted = path ? vrl::our_path(*path) : std::nullopt;
  if (!converted) settings_.refuse(key, "this path can't be converted", "");
  return Yaml::text(converted.value_or(text));
}

void Transform::sample() {
  Yaml settings = Yaml::map();
  std::string rate = settings_.number("rate").value_or("");
  if (const auto ratio = settings_.number("ratio")) {
    const double inverse = 1 / std::max(std::strtod(ratio->c_str(), nullptr), 1e-9);
    rate = std::to_string(std::llround(inverse));
    if (std::abs(inverse - std::round(inverse)) > 0.001)
      settings_.refuse("ratio", "one of so many records passes, a whole number; the nearest one is set", "");
  }
  if (!rate.empty()) settings.set(ours::rate, Yaml::plain(rate));
  if (const auto key = settings_.text("key_field")) settings.set(ours::key, path_setting("key_field", *key));
  if (const auto pattern = condition("exclude")) settings.set(ours::keep, Yaml::text(whole(*pattern)));
  const std::string field = settings_.text("sample_rate_key").value_or("sample_rate");
  if (field.empty()) settings.set(ours::rate_field, Yaml::plain("off"));
  if (!field.empty() && field != "sample_rate") settings.set(ours::rate_field, path_setting("sample_rate_key", field));
  add(ours::sample, std::move(settings));
}

void Transform::throttle() {
  Yaml settings = Yaml::map();
  if (const auto key = settings_.text("key_field")) {
    const auto converted = only_field(*key) ? only_field(*key) : convert_template(*key);
    if (!converted) settings_.refuse("key_field", "this template can't be converted", "");
    if (converted) settings.set(ours::key, Yaml::text(*converted));
  }
  if (const auto limit = settings_.number("threshold")) settings.set(ours::limit, Yaml::plain(*limit));
  if (const auto window = settings_.number("window_secs")) settings.set(ours::window, seconds(*window));
  settings_.ignore({"internal_metrics"});
  const bool excludes = settings_.take("exclude") != nullptr;
  const auto pattern = condition("exclude");
  context_.place.note("A window here is fixed; Vector's lets records through evenly.");
  add(ours::throttle, std::move(settings));
  if (!excludes || !pattern || nodes_.empty()) return;
  vrl::Node fork;
  fork.condition = whole(*pattern);
  fork.no = std::move(nodes_);
  nodes_.clear();
  nodes_.push_back(std::move(fork));
}

void Transform::dedupe() {
  Yaml settings = Yaml::map();
  Settings fields = settings_.section("fields");
  const bool ignores = fields.take("ignore") != nullptr;
  std::vector<std::string> names = fields.texts(ignores ? "ignore" : "match");
  if (names.empty()) names = {"timestamp", "host", "message"};
  fields.finish();
  Yaml paths = Yaml::list();
  for (const std::string& name : names) paths.push(path_setting("fields", name));
  settings.set(ignores ? ours::ignore : ours::fields, std::move(paths.compact()));
  Settings time = settings_.section("time_settings");
  const std::string age = time.number("max_age_ms").value_or("");
  settings.set(ours::window, is_number(age) ? milliseconds(age) : Yaml::text("1d"));
  time.ignore({"refresh_on_drop"});
  time.finish();
  Settings cache = settings_.section("cache");
  settings.set(ours::entries_max, Yaml::plain(cache.number("num_events").value_or("5000")));
  cache.finish();
  context_.place.note("A repeat passes again once `window` is over, and says how many there were.");
  add(ours::dedupe, std::move(settings));
}

}  // namespace towline::app::migration
