// The flags of `towline logs` as conditions: filter patterns of CloudWatch, evaluated there or, by src/condition, here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "condition/condition.hpp"
#include "record/path.hpp"

namespace towline::app::logs {

// Where a record has what the flags and the columns are about.
struct Fields {
  record::Path time;
  record::Path level;
  record::Path category;
  record::Path user;
  record::Path message;

  Fields();  // dt, level, category, user_id, message
  // "user=user.id". Error: no such name, or no path that leads to one value.
  Result<void> set(std::string_view assignment);
};

struct PatternOptions {
  bool errors = false;
  std::optional<std::string> category = {};
  std::optional<std::string> user = {};
  std::optional<std::string> search = {};
  std::optional<std::string> filter = {};  // a pattern of either kind
};

// A record is shown if it matches all of them.
struct Patterns {
  std::string main;               // one pattern for the service; empty: everything
  std::vector<std::string> rest;  // what one pattern can't say together with `main`
};

// The service takes no longer ones.
inline constexpr std::size_t service_pattern_max = 1024;

// Error: `filter` isn't a pattern, or something is longer than a condition may be.
Result<Patterns> make_patterns(const PatternOptions& options, const Fields& fields);

// "$.user.id", with brackets where a key needs them.
std::string selector(const record::Path& path);
// In double quotes; a `*` stays as it is, and stands for any text where a value does.
std::string quoted(std::string_view text);

// All of the patterns, or those of `rest` only, on the text of a record. One thread at a time.
class Matcher {
 public:
  enum class Which : unsigned char { all, rest };
  // They are good: make_patterns() has made them.
  Matcher(const Patterns& patterns, Which which);
  bool matches(const record::Record& record);

 private:
  std::vector<condition::Condition> conditions_;
};

}  // namespace towline::app::logs
