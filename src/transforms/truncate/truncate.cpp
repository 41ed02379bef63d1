#include "transforms/truncate/truncate.hpp"

#include <optional>

#include "base/json_string.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "transforms/step_order.hpp"

namespace towline::truncate {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

constexpr std::size_t scratch_kept = std::size_t{256} * 1024;  // bytes; more is given back

std::string inside_of(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json.substr(1, json.size() - 2);
}

std::optional<std::string> check(const TruncateConfig& config) {
  if (inside_of(config.suffix).size() >= config.bytes.bytes)
    return "`suffix` leaves no room for anything else in `bytes`";
  return std::nullopt;
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// From the start: whether a backslash begins an escape or ends one depends on all that stand before it.
std::size_t end_between_escapes(std::string_view inside, std::size_t bytes) {
  std::size_t end = 0;
  for (std::size_t at = inside.find('\\'); at < bytes; at = inside.find('\\', end)) {
    const std::size_t length = record::read_escape(inside.substr(at)).length;
    if (length == 0 || at + length > bytes) return at;
    end = at + length;
  }
  return bytes;
}

}  // namespace

std::string_view cut(std::string_view inside, std::size_t bytes, bool escaped) {
  if (inside.size() <= bytes) return inside;
  std::size_t end = escaped ? end_between_escapes(inside, bytes) : bytes;
  while (end > 0 && continues_character(inside[end])) --end;
  return inside.substr(0, end);
}

const config::Schema<TruncateConfig>& truncate_schema() {
  static const config::Schema<TruncateConfig> schema(
      "truncate", "Cuts long strings.",
      config::field("fields", &TruncateConfig::fields,
                    "The paths of strings; of an object or a list all strings in it are meant, at any depth. Without "
                    "any, all strings of the record are.",
                    config::example("[message, exception]")),
      config::field("bytes", &TruncateConfig::bytes,
                    "A string that is longer is cut to this length, the suffix included. It is the length that it has "
                    "in the record, without the quotes.",
                    config::between(config::ByteSize{1}, config::ByteSize{record::bytes_max})),
      config::field("suffix", &TruncateConfig::suffix, "What shows that a string was cut."), config::check(check));
  return schema;
}

TruncateStep::TruncateStep(const TruncateConfig& config, const component::StepContext&)
    : fields_(config.fields), bytes_(config.bytes.bytes), suffix_(inside_of(config.suffix)) {}

component::StepResult TruncateStep::apply(Record& record) {
  if (fields_.empty()) cut_inside(record, Record::root);
  for (const record::Path& field : fields_) {
    record.each(field, [&](NodeId id) {
      if (record.type(id) == Type::string)
        cut_string(record, id);
      else
        cut_inside(record, id);
    });
  }
  if (cut_.capacity() > scratch_kept) cut_ = std::string();
  return component::StepResult::keep;
}

void TruncateStep::cut_inside(Record& record, NodeId id) {
  const NodeId end = record.next_after(id);
  for (NodeId at = record.next_in_order(id); at != end && at != record::no_node; at = record.next_in_order(at)) {
    if (record.type(at) == Type::string) cut_string(record, at);
  }
}

void TruncateStep::cut_string(Record& record, NodeId id) {
  const std::string_view json = record.value(id);
  const std::string_view inside = json.substr(1, json.size() - 2);
  if (inside.size() <= bytes_) return;
  cut_.assign("\"").append(cut(inside, bytes_ - suffix_.size(), record.value_escaped(id)));
  cut_.append(suffix_).append("\"");
  record.set_value(id, cut_);
}

namespace {

void check_order(std::span<const component::PlacedStep> all, config::Problems& problems) {
  transforms::check_behind_redact(
      step_type, all, "half of a secret is recognised by nobody: what `truncate` cuts, `redact` may miss", problems);
}

}  // namespace

const component::StepType step_type = component::make_step_type<TruncateConfig, TruncateStep>(
    "truncate", "Cuts long strings.", truncate_schema(), {.check = check_order});

}  // namespace towline::truncate
