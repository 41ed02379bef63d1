#include "transforms/redact/redact.hpp"

#include <algorithm>

#include "record/json_text.hpp"
#include "transforms/redact/cut_end.hpp"
#include "transforms/redact/numbers.hpp"

namespace towline::redact {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

constexpr std::size_t known_keys_max = 16;
constexpr std::size_t known_key_bytes = 64;
constexpr std::size_t giant_bytes =
    std::size_t{256} * 1024;  // after a record of that size scratch memory is given back

Tokens make_tokens(const RedactConfig& config) {
  return config.hash ? Tokens(config.hash->key, config.hash->previous_key) : Tokens();
}

// A text without structure, as almost all are, is known by its first character.
bool has_structure(std::string_view text) {
  return !text.empty() && begins_structure(text.front()) && (may_be_json(text) || looks_like_fields(text));
}

}  // namespace

RedactStep::RedactStep(const RedactConfig& config, component::StepContext context)
    : policy_(config),
      names_(policy_.names),
      names_in_text_(policy_.names_in_text),
      allowed_names_(policy_.allowed_names),
      tokens_(make_tokens(config)),
      redactor_(policy_, tokens_, budget_),
      counts_(std::move(context.transform), context.metrics, context.audit),
      allows_fields_(!policy_.allowed_paths.empty() || !policy_.allowed_names.empty()),
      number_size_min_(redactor_.has_patterns() ? 1 : card_digits_min) {}

component::StepResult RedactStep::apply(Record& record) {
  budget_.start(record.source().size());
  tokens_.refresh(record.received());
  counts_.start(record.received());
  marker_.clear();
  wrapped_ = record.wrapped();
  dropped_ = false;
  keys_changed_ = false;
  leave_out_cut_end(record, budget_);
  if (allows_fields_) find_allowed(record);
  if (!policy_.paths.empty()) redact_paths(record);
  redactor_.search(record.source());
  mark_ = redactor_.next_mark(record.source(), marks_from_ = 0);
  if (allows_fields_)
    examine_below(record, Record::root, 0);
  else
    examine_marked(record);
  if (keys_changed_ && !policy_.paths.empty()) redact_paths(record);  // what they mean may have become something else
  if (policy_.marker && !dropped_) write_marker(record);
  if (record.source().size() > giant_bytes) release_scratch();
  return dropped_ ? component::StepResult::filter : component::StepResult::keep;
}

void RedactStep::release_scratch() {
  decoded_ = std::string();
  written_ = std::string();
  for (NestedJson& nested : nested_) nested.release();
  redactor_.release();
}

void RedactStep::find_allowed(const Record& record) {
  allowed_.clear();
  for (const record::Path& path : policy_.allowed_paths) {
    record.each(path, [&](NodeId found) { allowed_.push_back(found); });
  }
  std::sort(allowed_.begin(), allowed_.end());
}

bool RedactStep::is_allowed(const Place& place) {
  const auto& [record, id, level] = place;
  if (level == 0 && !allowed_.empty() && std::binary_search(allowed_.begin(), allowed_.end(), id)) return true;
  return !record.in_array(id) && allowed_names_.sensitive(record.key(id), record.key_escaped(id));
}

void RedactStep::redact_paths(Record& record) {
  for (const record::Path& path : policy_.paths) {
    record.each(path, [&](NodeId found) {
      const bool allowed = allows_fields_ && is_allowed({record, found, 0});
      if (!allowed && redact_field(record, found)) count(field_name, path.text());
    });
  }
}

void RedactStep::examine(const Place& place, bool sensitive) {
  const Type type = place.record.type(place.id);
  if (sensitive) {
    if (redact_field(place.record, place.id)) count(field_name, counts_.path(place.record, place.id));
  } else if (type == Type::string) {
    examine_string(place);
  } else if (type == Type::number) {
    examine_number(place);
  }
}

std::string_view RedactStep::decoded(std::string_view inside, bool escaped) {
  if (!escaped) return inside;
  decoded_.clear();
  if (!record::append_decoded(decoded_, inside)) decoded_.assign(unexaminable);  // can't be: it was parsed
  return decoded_;
}

// Whether it is one of a few keys that were looked at already: what steps write is the same in all records.
bool RedactStep::knows_key(std::string_view key) {
  return std::find(known_keys_.begin(), known_keys_.end(), key) != known_keys_.end();
}

// Whether the key was changed. One that is taken out with its value keeps a name that may be counted.
bool RedactStep::examine_key(const Place& place) {
  auto& [record, id, level] = place;
  const bool plain = level == 0 && !record.key_escaped(id) && !record.edited_key(id);
  const record::Node& node = record.node(id);
  if (plain && is_unmarked(record, node.key_begin, node.key_end)) return false;
  if (plain && !redactor_.may_hold(record.source(), node.key_begin, node.key_end)) return false;
  if (!plain && knows_key(record.key(id))) return false;
  const Outcome outcome =
      redactor_.redact(decoded(record.key(id), record.key_escaped(id)), names_at(level), /*assignments=*/false);
  if (outcome == Outcome::unchanged) {
    const bool room = known_keys_.size() < known_keys_max && record.key(id).size() <= known_key_bytes;
    if (record.edited_key(id) && room) known_keys_.emplace_back(record.key(id));
    return false;
  }
  keys_changed_ = true;
  const bool gone = outcome == Outcome::removed || outcome == Outcome::drop_record;
  record.set_key(id, gone ? unexaminable : std::string_view(redactor_.text()));
  count_redacted(place, outcome);
  if (outcome == Outcome::removed) record.remove(id);
  return true;
}

void RedactStep::examine_string(const Place& place) {
  auto& [record, id, level] = place;
  const record::Node& node = record.node(id);
  const bool plain = level == 0 && !wrapped_ && !record.value_escaped(id) && !record.edited_value(id);
  if (plain && !has_structure(without_quotes(record.value(id)))) {
    const std::uint32_t begin = node.value_begin + 1;
    const std::uint32_t end = node.value_end - 1;
    if (is_unmarked(record, begin, end) || !redactor_.may_hold(record.source(), begin, end)) return;
  }
  examine_text(place, decoded(without_quotes(record.value(id)), record.value_escaped(id)));
}

// What is taken out of a text may leave JSON, or what looks like it, with names in it that nobody has looked at.
void RedactStep::examine_text(const Place& place, std::string_view text) {
  constexpr int rounds_max = 4;
  std::string uncovered;
  for (int round = 0; examine_text_once(place, text); ++round) {
    if (round == rounds_max || !budget_.spend(redactor_.text().size())) {
      place.record.set_string(place.id, unexaminable);
      count(unexaminable_name, counts_.path(place.record, place.id));
      return;
    }
    uncovered = redactor_.text();
    text = uncovered;
  }
}

// In a line that wasn't a record every string may be its text: an earlier step can have moved it anywhere. Returns
// whether the text was changed to one that has to be examined again.
bool RedactStep::examine_text_once(const Place& place, std::string_view text) {
  auto& [record, id, level] = place;
  if (level < nested_max && may_be_json(text) && examine_nested(place, text)) return false;
  const bool prose = wrapped_ && !(level == 0 && Marker::holds(record, id));
  const bool assignments = prose || looks_like_fields(text);
  FieldNames& names = wrapped_ ? names_in_text_ : names_;
  const Outcome outcome = redactor_.redact(text, names, assignments);
  if (outcome == Outcome::unchanged) return false;
  count_redacted(place, outcome);
  if (outcome == Outcome::drop_record) return false;
  if (outcome == Outcome::removed) {
    record.remove(id);
    return false;
  }
  record.set_string(id, redactor_.text());
  const std::string_view left = redactor_.text();
  return outcome == Outcome::changed && (may_be_json(left) || (!assignments && looks_like_fields(left)));
}

// False if the text is no JSON.
bool RedactStep::examine_nested(const Place& place, std::string_view text) {
  auto& [record, id, level] = place;
  if (!budget_.spend(text.size())) {
    record.set_string(id, unexaminable);
    count(unexaminable_name, counts_.path(record, id));
    return true;
  }
  NestedJson& nested = nested_[level];
  if (!nested.parse(text, record.received())) return false;
  counts_.enter(record, id);
  examine_below(nested.record(), nested.value(), level + 1);
  counts_.leave();
  if (dropped_ || !nested.edited()) return true;
  written_.clear();
  nested.write(written_);
  record.set_string(id, written_);
  return true;
}

void RedactStep::count_redacted(const Place& place, Outcome outcome) {
  const std::string field(counts_.path(place.record, place.id));
  dropped_ = dropped_ || outcome == Outcome::drop_record;
  if (outcome == Outcome::failed) {
    count(unexaminable_name, field);
    return;
  }
  for (const Rule* rule : redactor_.redacted()) count(rule->name, field);
}

void RedactStep::count(std::string_view detector, std::string_view field) {
  field = counts_.add(detector, field);
  if (policy_.marker) marker_.add(field, detector);
}

// A path may look like something that its keys don't: what stands in the list has to stay when it is read again.
void RedactStep::write_marker(Record& record) {
  std::erase_if(marker_.entries(), [&](const std::string& entry) {
    return redactor_.redact(entry, names_, looks_like_fields(entry)) != Outcome::unchanged;
  });
  marker_.write(record);
}

const component::StepType step_type = component::make_step_type<RedactConfig, RedactStep>(
    "redact", "Replaces secrets and personal data.", redact_schema());

}  // namespace towline::redact
