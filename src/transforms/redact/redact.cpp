#include "transforms/redact/redact.hpp"

#include <algorithm>
#include <charconv>

#include "record/json_text.hpp"
#include "transforms/redact/detectors/card.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

constexpr std::string_view redacted_field = "\"[REDACTED:field]\"";
constexpr std::string_view redacted_card = "\"[REDACTED:card]\"";
constexpr std::string_view unexaminable = "[REDACTED:unexaminable]";
constexpr std::size_t card_digits_min = 13;
constexpr std::size_t giant_bytes =
    std::size_t{256} * 1024;  // after a record of that size scratch memory is given back

std::vector<std::string> all_names(const RedactConfig& config) {
  std::vector<std::string> names = config.fields.names;
  names.insert(names.end(), config.extra_fields.names.begin(), config.extra_fields.names.end());
  return names;
}

std::vector<record::Path> all_paths(const RedactConfig& config) {
  std::vector<record::Path> paths = config.fields.paths;
  paths.insert(paths.end(), config.extra_fields.paths.begin(), config.extra_fields.paths.end());
  return paths;
}

// In a line that isn't a record no path can be followed: the last name of each stands for it.
FieldNames names_in_text(const RedactConfig& config) {
  FieldNames names(all_names(config));
  for (const record::Path& path : all_paths(config)) {
    const auto& segments = path.segments();
    const auto last = std::find_if(segments.rbegin(), segments.rend(), [](const record::Path::Segment& segment) {
      return !segment.any && segment.index == record::Path::not_an_index && FieldNames::is_pattern(segment.text);
    });
    if (last != segments.rend()) names.add(last->text);
  }
  return names;
}

std::string_view without_quotes(std::string_view json_string) {
  return json_string.substr(1, json_string.size() - 2);
}

// The exponent that a number ends with, 0 without one; far more than any card needs if it is huge.
long exponent_of(std::string_view number) {
  constexpr long huge = 1000;
  number.remove_prefix(std::min(number.find_first_of("eE"), number.size()));
  if (number.empty()) return 0;
  number.remove_prefix(number.substr(1).starts_with('+') ? 2 : 1);
  long exponent = 0;
  const bool read = std::from_chars(number.data(), number.data() + number.size(), exponent).ec == std::errc();
  return read ? std::clamp(exponent, -huge, huge) : huge;
}

// The digits of a whole number without its sign, however it is written (41e2, 4.1E+3, 4100.0, 41000e-1); empty if it
// has decimals, or more digits than a card.
std::string digits_of(std::string_view number) {
  constexpr std::size_t written_max = 64;
  constexpr long digits_max = 19;
  if (number.starts_with('-')) number.remove_prefix(1);
  const std::string_view whole = number.substr(0, skip(number, 0, is_digit));
  std::string_view decimals;
  if (whole.size() < number.size() && number[whole.size()] == '.') decimals = number.substr(whole.size() + 1);
  decimals = decimals.substr(0, skip(decimals, 0, is_digit));
  decimals = decimals.substr(0, decimals.find_last_not_of('0') + 1);
  if (whole.size() + decimals.size() > written_max) return {};

  std::string digits = std::string(whole) += decimals;
  const long missing = exponent_of(number) - static_cast<long>(decimals.size());
  for (long i = missing; i < 0; ++i) {
    if (digits.empty() || digits.back() != '0') return {};
    digits.pop_back();
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (static_cast<long>(digits.size()) + missing > digits_max) return {};
  if (missing > 0) digits.append(static_cast<std::size_t>(missing), '0');
  return digits;
}

}  // namespace

RedactStep::RedactStep(const RedactConfig& config, component::StepContext context)
    : paths_(all_paths(config)),
      names_(all_names(config)),
      names_in_text_(names_in_text(config)),
      scanner_(config.detect),
      counts_(std::move(context.transform), context.metrics),
      detects_cards_(std::find(config.detect.begin(), config.detect.end(), &card) != config.detect.end()) {}

component::StepResult RedactStep::apply(Record& record) {
  for (const record::Path& path : paths_) {
    record.each(path, [&](NodeId found) {
      if (redact_field(record, found)) counts_.add("field", path.text());
    });
  }
  examine(record);
  if (record.source().size() > giant_bytes) release_scratch();
  return component::StepResult::keep;
}

// One walk over the record in document order, keys before what they name. Most strings are dealt with by a look at
// the marks of the search that was made over the whole text.
void RedactStep::examine(Record& record) {
  marked_ = scanner_.mark(record.source());
  NodeId id = record.next_in_order(Record::root);
  while (id != record::no_node) {
    const bool member = !record.in_array(id);
    const bool sensitive = member && names_.sensitive(record.key(id), record.key_escaped(id));
    if (member) examine_key(record, id);
    if (sensitive) {
      if (redact_field(record, id)) counts_.add("field", record, id);
    } else if (record.wrapped() && record.type(id) == Type::string) {
      examine_free_text(record, id);
    } else {
      examine_value(record, id);
    }
    id = record.next_in_order(id);
  }
}

void RedactStep::release_scratch() {
  decoded_ = std::string();
  redacted_ = std::string();
  free_text_ = FreeText();
}

// Whether there was anything to hide.
bool RedactStep::redact_field(Record& record, NodeId id) {
  if (record.type(id) == Type::null) return false;
  if (record.type(id) == Type::string && is_redaction(without_quotes(record.value(id)))) return false;
  record.set_value(id, redacted_field);
  return true;
}

void RedactStep::examine_key(Record& record, NodeId id) {
  const record::Node& node = record.node(id);
  if (!marked_ && node.edit == 0 && !node.has(record::Node::key_escaped)) return;
  if (!scan(record, record.key(id), record.key_escaped(id), record.edited_key(id))) return;
  redact_text();
  record.set_key(id, redacted_);
  count_matches(record, id);
}

void RedactStep::examine_value(Record& record, NodeId id) {
  const Type type = record.type(id);
  if (type == Type::string)
    examine_string(record, id);
  else if (type == Type::number && detects_cards_)
    examine_number(record, id);
}

void RedactStep::examine_string(Record& record, NodeId id) {
  const record::Node& node = record.node(id);
  if (!marked_ && node.edit == 0 && !node.has(record::Node::value_escaped)) return;
  const std::string_view inside = without_quotes(record.value(id));
  if (!scan(record, inside, record.value_escaped(id), record.edited_value(id))) return;
  redact_text();
  record.set_string(id, redacted_);
  count_matches(record, id);
}

void RedactStep::examine_number(Record& record, NodeId id) {
  const std::string_view number = record.value(id);
  if (number.size() < card_digits_min || !is_card_number(digits_of(number))) return;
  record.set_value(id, redacted_card);
  counts_.add(card.name, record, id);
}

// In a line that wasn't a record every string may be its text: an earlier step can have moved it anywhere.
void RedactStep::examine_free_text(Record& record, NodeId id) {
  decoded_.clear();
  const bool valid = record::append_decoded(decoded_, without_quotes(record.value(id)));
  const FreeText::Result result = free_text_.redact(decoded_, scanner_, names_in_text_);
  if (valid && !result.changed) return;
  record.set_string(id, valid ? result.text : unexaminable);
  if (!valid || result.unexaminable) {
    counts_.add("unexaminable", record, id);
    return;
  }
  for (std::size_t i = 0; i < result.assignments; ++i) counts_.add("field", record, id);
  keep_matches();
  count_matches(record, id);
}

// Whether there are matches in the inside of a JSON string. What was scanned is then text_.
bool RedactStep::scan(const Record& record, std::string_view inside, bool escaped, bool edited) {
  text_ = inside;
  if (!escaped && !edited) {
    const auto begin = static_cast<std::size_t>(inside.data() - record.source().data());
    return scanner_.scan_part(record.source(), begin, begin + inside.size());
  }
  if (escaped) {
    decoded_.clear();
    if (!record::append_decoded(decoded_, inside)) decoded_.assign(unexaminable);  // can't be: it was parsed
    text_ = decoded_;
  }
  return scanner_.scan(text_);
}

// text_ without the matches of the scan, which are kept for the counts.
void RedactStep::redact_text() {
  redacted_.clear();
  scanner_.append_redacted(text_, redacted_);
  keep_matches();
  scanner_.settle(redacted_);
}

void RedactStep::keep_matches() {
  matches_ = scanner_.matches();
  overflow_ = scanner_.overflow();
}

void RedactStep::count_matches(const Record& record, NodeId id) {
  if (overflow_) counts_.add("unexaminable", record, id);
  for (const Match& match : matches_) counts_.add(match.detector->name, record, id);
}

const component::StepType step_type = component::make_step_type<RedactConfig, RedactStep>(
    "redact", "Replaces secrets and personal data.", redact_schema());

}  // namespace towline::redact
