// What RedactStep does with values as a whole: those of sensitive fields, and numbers.
#include "transforms/redact/detectors/card.hpp"
#include "transforms/redact/numbers.hpp"
#include "transforms/redact/redact.hpp"

namespace towline::redact {

using record::NodeId;
using record::Record;
using record::Type;

// What stands in place of a value that has to keep its type; empty if a string may.
std::string_view RedactStep::kept_type(Type type) const {
  if (!policy_.keep_type) return {};
  if (type == Type::number) return "0";
  if (type == Type::boolean) return "false";
  return type == Type::object ? "{}" : type == Type::array ? "[]" : "";
}

// Whether there was anything to hide.
bool RedactStep::redact_field(Record& record, NodeId id) {
  const Type type = record.type(id);
  const std::string_view value = record.value(id);
  const bool done = type == Type::string ? policy_.redactions.is_one(without_quotes(value)) : value == kept_type(type);
  if (type == Type::null || done) return false;
  const Action action = policy_.field.action;
  dropped_ = dropped_ || action == Action::drop_record;
  if (action == Action::remove) {
    record.remove(id);
  } else if (kept_type(type) == "{}") {
    record.make_object(id);
  } else if (kept_type(type) == "[]") {
    record.make_array(id);
  } else if (!kept_type(type).empty()) {
    record.set_value(id, kept_type(type));
  } else {
    const bool scalar = type != Type::object && type != Type::array;  // a token is made of a text
    const Rule rule = scalar ? policy_.field : Rule{field_name, Action::redact, nullptr};
    written_.clear();
    append_replacement(rule, type == Type::string ? decoded(without_quotes(value), record.value_escaped(id)) : value,
                       true, tokens_, written_);
    record.set_string(id, written_);
  }
  return true;
}

void RedactStep::examine_number(const Place& place) {
  const std::string_view number = place.record.value(place.id);
  if (policy_.card != nullptr && number.size() >= card_digits_min) {
    const std::string digits = digits_of(number);
    if (is_card_number(digits) && !policy_.allowed_values.contain(digits)) {
      redact_number(place, *policy_.card, digits);
      return;
    }
  }
  const Rule* rule = redactor_.has_patterns() ? redactor_.find_in_number(number) : nullptr;
  if (rule != nullptr) redact_number(place, *rule, number);
}

void RedactStep::redact_number(const Place& place, const Rule& rule, std::string_view found) {
  auto& [record, id, level] = place;
  count(rule.name, counts_.path(record, id));
  dropped_ = dropped_ || rule.action == Action::drop_record;
  if (rule.action == Action::remove) {
    record.remove(id);
    return;
  }
  written_.clear();
  append_replacement(rule, found, true, tokens_, written_);
  if (policy_.keep_type)
    record.set_value(id, "0");
  else
    record.set_string(id, written_);
}

}  // namespace towline::redact
