// A condition on a record, in the syntax of CloudWatch's filter patterns:
//   { ($.level = "ERROR") && ($.status >= 500 || $.path = "/api/*") }      JSON pattern
//   ERROR "exact phrase" -DEBUG %regex%                                    terms, looked for in the text of the record
//   ?ERROR ?WARN                                                           at least one of them
// docs/conditions.md is the whole grammar. Compiled once; evaluated on the record's index without copying.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/value.hpp"
#include "record/record.hpp"

namespace towline::condition {

class Program;

// Cheap to copy (the compiled program is shared and constant). A copy may be used by one thread at a time.
class Condition {
 public:
  // Every record matches; the text is empty. For settings whose schema demands a condition.
  Condition() = default;

  // The error says the column (from 1) and what was expected: "column 12: expected a value after `=`".
  static Result<Condition> parse(std::string_view text);

  // What earlier steps changed is seen as it is now. Never fails: what isn't there, or is of a type that the comparison
  // isn't about, doesn't match.
  bool matches(const record::Record& record);

  const std::string& text() const;  // as it was written

 private:
  friend struct config::Value<Condition>;
  explicit Condition(std::shared_ptr<const Program> program);

  std::shared_ptr<const Program> program_;  // null: every record matches
  std::string scratch_;
};

}  // namespace towline::condition

template <>
struct towline::config::Value<towline::condition::Condition> {
  static std::optional<condition::Condition> parse(const Node& node, Problems& problems);
  static std::string print(const condition::Condition& condition);  // "" for the default
  static ValueInfo info();
};
