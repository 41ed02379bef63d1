#include "app/commands/logs/pattern.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/json_string.hpp"
#include "condition/scanner.hpp"

namespace towline::app::logs {

namespace {

using condition::Condition;

// CloudWatch distinguishes upper and lower case.
constexpr std::array error_levels{"ERROR", "error", "FATAL", "fatal", "CRITICAL", "critical"};
constexpr std::size_t whole_number_digits = 18;

record::Path path_of(std::string_view text) {
  Result<record::Path> path = record::Path::parse(text);
  CHECK(path);
  return std::move(*path);
}

bool is_whole_number(std::string_view text) {
  return !text.empty() && text.size() <= whole_number_digits && (text == "0" || text.front() != '0') &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && condition::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && condition::is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string any_of(const std::vector<std::string>& tests) {
  std::string out;
  for (const std::string& test : tests) out += (out.empty() ? "" : " || ") + test;
  return tests.size() == 1 ? out : "(" + out + ")";
}

std::string is_error(const record::Path& level) {
  std::vector<std::string> tests;
  for (const char* name : error_levels) tests.push_back(selector(level) + " = " + quoted(name));
  return any_of(tests);
}

// For the service, which has no way to write a star that is one: what begins as the value does. The rest is tested
// here.
std::string begins_like(const record::Path& path, std::string_view value) {
  return selector(path) + " = " + quoted(std::string(value.substr(0, value.find('*'))) + '*');
}

std::string is_exactly(const record::Path& path, std::string_view value) {
  std::string text;
  for (const char c : quoted(value)) text += c == '*' ? "\\*" : std::string(1, c);
  return selector(path) + " = " + text;
}

// A number may be written as one or as a text, and for the service these are different.
std::string is_equal(const record::Path& path, const std::string& value) {
  if (value.find('*') != std::string::npos) return begins_like(path, value);
  std::vector<std::string> tests{selector(path) + " = " + quoted(value)};
  if (is_whole_number(value)) tests.insert(tests.begin(), selector(path) + " = " + value);
  return any_of(tests);
}

// A term that is looked for in a record's text, which is JSON: a quote stands there behind a backslash.
std::string term(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  std::string out;
  for (const char c : std::string_view(json).substr(1, json.size() - 2)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return '"' + out + '"';
}

Result<void> check(std::string_view pattern, std::string_view what) {
  const Result<Condition> condition = Condition::parse(pattern);
  if (condition) return {};
  return Error{std::string(what) + ": " + condition.error().message};
}

// The tests that stand in braces, those of a `filter` in braces among them.
std::vector<std::string> tests_of(const PatternOptions& options, const Fields& fields, std::string_view filter) {
  std::vector<std::string> tests;
  if (options.errors) tests.push_back(is_error(fields.level));
  if (options.category) tests.push_back(is_equal(fields.category, *options.category));
  if (options.user) tests.push_back(is_equal(fields.user, *options.user));
  if (!filter.starts_with('{')) return tests;
  filter = trimmed(filter.substr(1, filter.size() - 2));
  tests.push_back(tests.empty() ? std::string(filter) : "(" + std::string(filter) + ")");
  return tests;
}

// What those tests say of values with a star and is too much.
std::vector<std::string> exact_tests_of(const PatternOptions& options, const Fields& fields) {
  std::vector<std::string> tests;
  const auto add = [&](const record::Path& path, const std::optional<std::string>& value) {
    if (value && value->find('*') != std::string::npos) tests.push_back(is_exactly(path, *value));
  };
  add(fields.category, options.category);
  add(fields.user, options.user);
  return tests;
}

std::string in_braces(const std::vector<std::string>& tests) {
  std::string all;
  for (const std::string& test : tests) all += (all.empty() ? "" : " && ") + test;
  return "{ " + all + " }";
}

}  // namespace

Fields::Fields()
    : time(path_of("dt")),
      level(path_of("level")),
      category(path_of("category")),
      user(path_of("user_id")),
      message(path_of("message")) {}

Result<void> Fields::set(std::string_view assignment) {
  const std::size_t equals = std::min(assignment.find('='), assignment.size());
  const std::string_view name = assignment.substr(0, equals);
  const std::array<std::pair<std::string_view, record::Path*>, 5> known{
      {{"time", &time}, {"level", &level}, {"category", &category}, {"user", &user}, {"message", &message}}};
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.first == name; });
  if (found == known.end() || equals == assignment.size())
    return Error{"--field takes NAME=PATH, where NAME is time, level, category, user or message"};
  Result<record::Path> path = record::Path::parse(assignment.substr(equals + 1));
  if (!path) return Error{"--field " + std::string(name) + ": " + path.error().message};
  if (path->has_wildcard()) return Error{"--field " + std::string(name) + ": the path leads to several values"};
  *found->second = std::move(*path);
  return {};
}

std::string selector(const record::Path& path) {
  std::string out = "$";
  for (const record::Path::Segment& segment : path.segments()) {
    if (segment.plain && segment.index != record::Path::not_an_index)
      out += "[" + segment.text + "]";
    else if (std::all_of(segment.text.begin(), segment.text.end(), condition::is_name))
      out += "." + segment.text;
    else
      out += ".[" + quoted(segment.text) + "]";
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

Result<Patterns> make_patterns(const PatternOptions& options, const Fields& fields) {
  const std::string_view filter = options.filter ? trimmed(*options.filter) : std::string_view();
  if (options.filter) {
    const Result<void> good = check(filter, "--filter");
    if (!good) return good.error();
  }
  std::vector<std::string> all;
  const std::vector<std::string> tests = tests_of(options, fields, filter);
  if (!tests.empty()) all.push_back(in_braces(tests));
  const std::vector<std::string> exact = exact_tests_of(options, fields);
  if (!exact.empty()) all.push_back(in_braces(exact));
  if (!filter.empty() && !filter.starts_with('{')) all.emplace_back(filter);
  if (options.search) all.push_back(term(*options.search));
  for (const std::string& pattern : all) {
    const Result<void> good = check(pattern, "the filter");
    if (!good) return good.error();
  }
  Patterns patterns;
  if (all.empty()) return patterns;
  patterns.main = std::move(all.front());
  patterns.rest.assign(std::make_move_iterator(all.begin() + 1), std::make_move_iterator(all.end()));
  return patterns;
}

Matcher::Matcher(const Patterns& patterns, Which which) {
  const auto add = [this](const std::string& pattern) {
    Result<Condition> condition = Condition::parse(pattern);
    CHECK(condition);
    conditions_.push_back(std::move(*condition));
  };
  if (which == Which::all && !patterns.main.empty()) add(patterns.main);
  for (const std::string& pattern : patterns.rest) add(pattern);
}

bool Matcher::matches(const record::Record& record) {
  return std::all_of(conditions_.begin(), conditions_.end(), [&](Condition& each) { return each.matches(record); });
}

}  // namespace towline::app::logs
