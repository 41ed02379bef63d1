// How patterns are written in the configuration: `name: 'expression'`, or `name: { pattern: ..., validate: ... }`.
#include <algorithm>

#include "config/describe.hpp"
#include "transforms/redact/config.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/redactions.hpp"

namespace towline::config {

namespace {

using redact::Pattern;
using redact::PatternList;

struct PatternConfig {
  std::shared_ptr<const re2::RE2> pattern;
  redact::Validation validate = redact::Validation::none;
  std::optional<redact::Action> action;
};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= redact::Redactions::name_max &&
         std::all_of(name.begin(), name.end(), [](char c) { return redact::is_alnum(c) || c == '_' || c == '-'; });
}

bool check_name(const Node::Entry& entry, Problems& problems) {
  const bool taken = entry.key == redact::field_name || entry.key == redact::unexaminable_name ||
                     std::any_of(redact::all_detectors.begin(), redact::all_detectors.end(),
                                 [&](const redact::Detector* detector) { return detector->name == entry.key; });
  if (taken) problems.add(entry.key_mark, in_quotes(entry.key) + " is the name of a detector", "give it another name");
  if (!is_name(entry.key))
    problems.add(entry.key_mark, in_quotes(entry.key) + " can't be the name of a pattern",
                 "a name has letters, digits, `_` and `-`, at most 64");
  return !taken && is_name(entry.key);
}

// What RE2 says quotes the expression: that is left out where it came from a variable.
std::optional<std::shared_ptr<const re2::RE2>> parse_expression(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "a regular expression", problems)) return std::nullopt;
  auto compiled = redact::compile_pattern(node.text);
  const auto* bad = std::get_if<redact::BadPattern>(&compiled);
  if (bad == nullptr) return std::get<0>(compiled);
  problems.add(node.mark, node.text == node.written ? bad->message : "not a valid pattern", bad->hint);
  return std::nullopt;
}

}  // namespace

template <>
struct Value<std::shared_ptr<const re2::RE2>> {
  static std::optional<std::shared_ptr<const re2::RE2>> parse(const Node& node, Problems& problems) {
    return parse_expression(node, problems);
  }
  static std::string print(const std::shared_ptr<const re2::RE2>&) { return {}; }
  static ValueInfo info() { return {"regular expression", Json().set("type", "string"), {}}; }
};

namespace {

const Schema<PatternConfig>& pattern_schema() {
  static const Schema<PatternConfig> schema(
      "pattern", "One pattern.",
      field("pattern", &PatternConfig::pattern, "A regular expression in RE2's syntax.", required,
            example("'E[0-9]{6}'")),
      field("validate", &PatternConfig::validate, "What has to be right about what it finds, besides."),
      field("action", &PatternConfig::action, "What is done with it."));
  return schema;
}

std::optional<Pattern> parse_pattern(const Node::Entry& entry, Problems& problems) {
  const Problems::Scope scope(problems, entry.key);
  if (!check_name(entry, problems)) return std::nullopt;
  if (!entry.value.is_map()) {
    auto expression = parse_expression(entry.value, problems);
    if (!expression) return std::nullopt;
    return Pattern{entry.key, std::move(*expression), redact::Validation::none, std::nullopt};
  }
  auto config = pattern_schema().parse(entry.value, problems);
  if (!config) return std::nullopt;
  return Pattern{entry.key, std::move(config->pattern), config->validate, config->action};
}

}  // namespace

std::optional<PatternList> Value<PatternList>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of names to regular expressions", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  check_duplicate_keys(node, problems);
  if (node.entries.size() > PatternList::count_max) problems.add(node.mark, "more than 64 patterns");
  PatternList list;
  for (const Node::Entry& entry : node.entries) {
    auto pattern = parse_pattern(entry, problems);
    if (pattern) list.patterns.push_back(std::move(*pattern));
  }
  if (problems.count() != before) return std::nullopt;
  return list;
}

std::string Value<PatternList>::print(const PatternList&) {
  return {};
}

ValueInfo Value<PatternList>::info() {
  Json one = Json().set(
      "anyOf", Json::array({Json().set("type", "string"), json_schema(pattern_schema(), pattern_schema().defaults())}));
  return map_info({"regular expression", std::move(one), {}});
}

}  // namespace towline::config
