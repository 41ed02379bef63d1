// The first line is a pattern, the rest a record. Parsing ends; what is accepted gives the same answer each time, also
// when it is parsed again; its negation gives the other answer; and a record that was edited matches like the one that
// is written of it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "condition/condition.hpp"

namespace {

using namespace towline;

void require(bool holds) {
  if (!holds) std::abort();
}

condition::Condition parse(std::string_view pattern) {
  Result<condition::Condition> parsed = condition::Condition::parse(pattern);
  require(static_cast<bool>(parsed));
  return *parsed;
}

// `!( )` around a JSON pattern. At the limit of parentheses it may be refused.
void require_negation(std::string_view pattern, const record::Record& record, bool matched) {
  const std::size_t begin = pattern.find_first_not_of(" \t\r\n");
  if (pattern[begin] != '{') return;
  const std::size_t end = pattern.rfind('}');
  const std::string inner(pattern.substr(begin + 1, end - begin - 1));
  Result<condition::Condition> negated = condition::Condition::parse("{!(" + inner + ")}");
  if (negated) require(negated->matches(record) != matched);
}

void require_same_when_written(condition::Condition& condition, const record::Record& record) {
  std::string text;
  record.write(text);
  const std::size_t size = text.size();
  text.append(record::padding, '}');
  record::Record written;
  require(written.parse(std::string_view(text).substr(0, size), {}) == record::ParseError::none);
  require(condition.matches(record) == condition.matches(written));
}

void edit(record::Record& record, std::string_view choices) {
  record::NodeId id = record.next_in_order(record::Record::root);
  for (const char choice : choices.substr(0, 24)) {
    if (id == record::no_node) return;
    const record::NodeId next = record.next_in_order(id);
    if (choice % 4 == 0) record.remove(id);
    if (choice % 4 == 1) record.set_string(id, "a\n\"ERROR");
    if (choice % 4 == 2) record.set_value(id, "5e0");
    // What was inside of an edited node is gone.
    id = choice % 4 == 3 ? next : record.next_after(id);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view pattern = input.substr(0, input.find('\n'));
  const std::string_view json = input.substr(std::min(pattern.size() + 1, size));
  Result<condition::Condition> parsed = condition::Condition::parse(pattern);
  if (!parsed) {
    require(parsed.error().message.starts_with("column "));
    return 0;
  }
  require(parsed->text() == pattern);

  std::string text(json);
  text.append(record::padding, '"');
  record::Record record;
  if (record.parse(std::string_view(text).substr(0, json.size()), {}) != record::ParseError::none)
    record.wrap(json, "fuzz", {});
  const bool matched = parsed->matches(record);
  require(parsed->matches(record) == matched);
  require(parse(pattern).matches(record) == matched);
  require_negation(pattern, record, matched);
  edit(record, input);
  require_same_when_written(*parsed, record);
  return 0;
}
