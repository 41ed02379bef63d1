#include "transforms/parse_timestamp/parse_timestamp.hpp"

#include "record/time_format.hpp"
#include "transforms/derived_field.hpp"
#include "transforms/object_path.hpp"

namespace towline::parse_timestamp {

using record::NodeId;
using record::Record;

namespace {

// Whole seconds: two times may be further apart than nanoseconds can count.
std::chrono::seconds whole_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
}

bool is_longer(std::chrono::seconds time, const config::OrOff<Duration>& limit) {
  return limit && time > std::chrono::floor<std::chrono::seconds>(*limit);
}

}  // namespace

ParseTimestampStep::ParseTimestampStep(const ParseTimestampConfig& config, const component::StepContext& context)
    : config_(config),
      in_place_(transforms::same_field(config.field, config.target)),
      overlap_(transforms::overlap(config.field, config.target)),
      error_path_(transforms::FieldPath("towline.time_error").path),
      original_path_(transforms::FieldPath("towline.time_original").path),
      errors_(context, "parse_timestamp"),
      skew_(context, std::to_string(context.index + 1) + "_parse_timestamp") {}

component::StepResult ParseTimestampStep::apply(Record& record) {
  found_.clear();
  record.each(config_.field.path, [&](NodeId id) { found_.push_back(id); });
  if (found_.empty()) return component::StepResult::keep;
  const NodeId id = found_.back();
  const record::Timestamp timestamp = record::parse_timestamp(record.value(id), record.type(id), config_.formats.list,
                                                              {record.received(), config_.zone.offset});
  std::string_view reason;
  if (timestamp.error != record::TimeError::none)
    reason = record::name(timestamp.error);
  else
    reason = absurdity(timestamp.time, record.received());
  if (reason.empty())
    accept(record, timestamp.time);
  else
    refuse(record, reason);
  return component::StepResult::keep;
}

std::string_view ParseTimestampStep::absurdity(WallTime time, WallTime received) const {
  const std::chrono::seconds late = whole_seconds(received) - whole_seconds(time);
  if (is_longer(late, config_.past)) return "too_old";
  return is_longer(-late, config_.future) ? "in_future" : "";
}

void ParseTimestampStep::accept(Record& record, WallTime time) {
  skew_.add(time, record.received());
  const std::string_view json = json_of(time);
  if (in_place_ && found_.size() == 1 && record.value(found_.back()) == json) return;
  if (!transforms::put_derived(record, found_, config_.field, config_.target, config_.keep_original, json))
    errors_.add("no_place");
}

// Where the time of receipt has to take the place of the original, that goes to towline.time_original.
void ParseTimestampStep::refuse(Record& record, std::string_view reason) {
  errors_.add(reason);
  if (overlap_ && transforms::put_copy(record, original_path_, record, found_.back()) == transforms::Put::limit)
    errors_.add("limit");
  put(record, config_.target.path, json_of(record.received()));
  json_.assign(1, '"').append(reason).append(1, '"');
  put(record, error_path_, json_);
}

void ParseTimestampStep::put(Record& record, const record::Path& path, std::string_view json) {
  if (!transforms::put_scalar(record, path, json)) errors_.add("no_place");
}

std::string_view ParseTimestampStep::json_of(WallTime time) {
  json_.assign(1, '"').append(record::format_rfc3339_short(time).view()).append(1, '"');
  return json_;
}

const component::StepType step_type = component::make_step_type<ParseTimestampConfig, ParseTimestampStep>(
    "parse_timestamp", "Reads the time of a record, in any of many forms.", parse_timestamp_schema());

}  // namespace towline::parse_timestamp
