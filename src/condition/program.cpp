#include "condition/program.hpp"

namespace towline::condition {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

// After a record that needed more, scratch memory is given back.
constexpr std::size_t scratch_kept = std::size_t{128} * 1024;

bool leads_to(const Record& record, NodeId child, std::size_t position, const Level& level) {
  switch (level.kind) {
    case Level::Kind::key:
      return record.key_is(child, level.key);
    case Level::Kind::index:
      return position == level.index;
    case Level::Kind::any_key:
    case Level::Kind::any_element:
      break;
  }
  return true;
}

// Calls holds(NodeId) for the values that the selector leads to, in their order, until one holds. As deep as the
// selector has levels.
template <class Holds>
bool any(const Record& record, NodeId container, const Selector& selector, std::size_t depth, Holds& holds) {
  const Level& level = selector[depth];
  const bool is_element = level.kind == Level::Kind::index || level.kind == Level::Kind::any_element;
  if (record.type(container) != (is_element ? Type::array : Type::object)) return false;
  std::size_t position = 0;
  for (NodeId child = record.first_child(container); child != record::no_node; child = record.next_sibling(child)) {
    if (level.kind == Level::Kind::index && position > level.index) return false;
    if (!leads_to(record, child, position++, level)) continue;
    const bool found = depth + 1 == selector.size() ? holds(child) : any(record, child, selector, depth + 1, holds);
    if (found) return true;
  }
  return false;
}

bool in_order(Test::Kind kind, int comparison) {
  switch (kind) {
    case Test::Kind::less:
      return comparison < 0;
    case Test::Kind::at_most:
      return comparison <= 0;
    case Test::Kind::more:
      return comparison > 0;
    case Test::Kind::at_least:
      return comparison >= 0;
    default:
      return false;
  }
}

// One run of a program over one record.
class Run {
 public:
  Run(const Record& record, std::string& scratch) : record_(record), scratch_(scratch) {}
  ~Run() {
    if (scratch_.capacity() > scratch_kept) scratch_ = std::string();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool holds(const Test& test) {
    if (test.kind == Test::Kind::always) return true;
    if (test.kind == Test::Kind::contains) return contained(test);
    const auto value_holds = [&](NodeId id) { return holds(test, id); };
    return any(record_, Record::root, test.selector, 0, value_holds);
  }

 private:
  bool holds(const Test& test, NodeId id) {
    const Type type = record_.type(id);
    switch (test.kind) {
      case Test::Kind::exists:
        return true;
      case Test::Kind::is_null:
        return type == Type::null;
      case Test::Kind::is_true:
        return type == Type::boolean && record_.value(id) == "true";
      case Test::Kind::is_false:
        return type == Type::boolean && record_.value(id) == "false";
      case Test::Kind::equal:
      case Test::Kind::not_equal:
        return is_comparable(type) && equals(test, id) == (test.kind == Test::Kind::equal);
      default:
        return type == Type::number && in_order(test.kind, compare_numbers(test, record_.value(id)));
    }
  }

  static bool is_comparable(Type type) { return type == Type::string || type == Type::number || type == Type::boolean; }

  bool equals(const Test& test, NodeId id) {
    const std::string_view text = text_of(id);
    if (const Glob* glob = std::get_if<Glob>(&test.operand)) return glob->matches(text);
    if (const Regex* regex = std::get_if<Regex>(&test.operand)) return regex->found_in(text);
    if (record_.type(id) == Type::number) return compare_numbers(test, text) == 0;
    return std::get<Number>(test.operand).text == text;
  }

  // A string decoded; a number or boolean as it is written.
  std::string_view text_of(NodeId id) {
    std::string_view text = record_.value(id);
    if (record_.type(id) != Type::string) return text;
    text = text.substr(1, text.size() - 2);
    if (!record_.value_escaped(id)) return text;
    scratch_.clear();
    return record::append_decoded(scratch_, text) ? std::string_view(scratch_) : text;
  }

  static int compare_numbers(const Test& test, std::string_view number) {
    return compare(Decimal::parse(number).value_or(Decimal()), std::get<Number>(test.operand).value);
  }

  bool contained(const Test& test) {
    if (!text_) text_ = record_text();
    if (const Regex* regex = std::get_if<Regex>(&test.operand)) return regex->found_in(*text_);
    return find(*text_, std::get<Phrase>(test.operand).text) != std::string_view::npos;
  }

  // The whole record as it would be written now.
  std::string_view record_text() {
    if (!record_.node(Record::root).has(record::Node::dirty)) return record_.value(Record::root);
    scratch_.clear();
    record_.write(scratch_);
    return scratch_;
  }

  const Record& record_;
  std::string& scratch_;
  std::optional<std::string_view> text_;
};

}  // namespace

bool Program::matches(const record::Record& record, std::string& scratch) const {
  Run run(record, scratch);
  std::uint32_t at = 0;
  while (at < tests_.size()) at = run.holds(tests_[at]) ? tests_[at].if_true : tests_[at].if_false;
  return at == matched;
}

}  // namespace towline::condition
