#include "app/commands/test/yaml_cases.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/json_string.hpp"
#include "config/node.hpp"
#include "config/value.hpp"
#include "record/path.hpp"
#include "transforms/json_scalar.hpp"

namespace towline::app {

namespace {

constexpr std::array<std::string_view, 6> case_keys = {"name", "input", "expected", "from", "at", "facts"};
constexpr std::size_t fact_levels = 2;  // ecs.family

void append_json(std::string& out, const config::Node& node) {
  if (node.is_map()) {
    out += '{';
    for (const config::Node::Entry& entry : node.entries) {
      if (out.back() != '{') out += ',';
      append_json_string(out, entry.key);
      out += ':';
      append_json(out, entry.value);
    }
    out += '}';
  } else if (node.is_sequence()) {
    out += '[';
    for (const config::Node& item : node.items) {
      if (&item != &node.items.front()) out += ',';
      append_json(out, item);
    }
    out += ']';
  } else {
    out += transforms::json_scalar(node);
  }
}

// A text as it is, a map as the JSON of a record.
std::string record_of(const config::Node& node) {
  if (node.is_scalar()) return node.text;
  std::string json;
  append_json(json, node);
  return json;
}

// What a source makes of it: a text may have several lines.
std::vector<std::string> records_of(const config::Node& node) {
  if (node.is_null()) return {};
  if (!node.is_sequence()) return lines_of(record_of(node));
  std::vector<std::string> records;
  for (const config::Node& item : node.items) {
    for (std::string& line : lines_of(record_of(item))) records.push_back(std::move(line));
  }
  return records;
}

void read_facts(const config::Node& node, Facts& facts, config::Problems& problems) {
  if (!config::expect_map(node, "a map of names to texts", problems)) return;
  config::check_duplicate_keys(node, problems);
  for (const config::Node::Entry& fact : node.entries) {
    const Result<record::Path> path = record::Path::parse(fact.key);
    if (!path || path->segments().size() != fact_levels || path->has_wildcard())
      problems.add(fact.key_mark, "not the name of a fact", "write it as enrich does: ecs.family");
    else if (config::expect_scalar(fact.value, "a text", problems))
      facts.set(fact.key, fact.value.text);
  }
}

void read_entry(const config::Node::Entry& entry, TestCase& result, config::Problems& problems) {
  const config::Problems::Scope scope(problems, entry.key);
  const bool is_text = entry.key == "name" || entry.key == "from" || entry.key == "at";
  if (is_text && !config::expect_scalar(entry.value, "a text", problems)) return;
  if (entry.key == "name") result.name = entry.value.text;
  if (entry.key == "from") result.from = entry.value.text;
  if (entry.key == "at") result.at = entry.value.text;
  if (entry.key == "input") result.input = records_of(entry.value);
  if (entry.key == "facts") read_facts(entry.value, result.facts, problems);
  if (entry.key == "expected") {
    result.expected = records_of(entry.value);
    result.expected_mark = entry.key_mark;
  }
  const std::vector<std::string> known(case_keys.begin(), case_keys.end());
  if (std::find(known.begin(), known.end(), entry.key) == known.end())
    problems.add(entry.key_mark, "unknown key", config::suggestion(entry.key, known));
}

// `next`: where the next case begins.
TestCase read_case(const config::Node& node, const std::filesystem::path& file, config::Mark next,
                   config::Problems& problems) {
  TestCase result;
  result.file = file;
  result.mark = node.mark;
  result.expected_end = next;
  if (!config::expect_map(node, "a case: { name, input, expected }", problems)) return result;
  config::check_duplicate_keys(node, problems);
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    read_entry(node.entries[i], result, problems);
    if (node.entries[i].key == "expected" && i + 1 < node.entries.size())
      result.expected_end = node.entries[i + 1].key_mark;
  }
  if (result.input.empty()) problems.add(node.mark, "a case needs an `input`");
  if (result.name.empty()) result.name = file.filename().string() + ":" + std::to_string(node.mark.line);
  return result;
}

}  // namespace

std::vector<TestCase> read_yaml_cases(const std::string& yaml, const std::filesystem::path& file,
                                      config::Problems& problems) {
  std::vector<TestCase> cases;
  const std::optional<config::Node> document = config::parse_yaml(yaml, {}, problems);
  if (!document || !config::expect_sequence(*document, "a list of cases", problems)) return cases;
  const std::vector<config::Node>& items = document->items;
  if (items.empty()) problems.add(document->mark, "at least one case is needed");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const config::Mark next = i + 1 < items.size() ? items[i + 1].mark : config::Mark{};
    cases.push_back(read_case(items[i], file, next, problems));
  }
  return cases;
}

}  // namespace towline::app
