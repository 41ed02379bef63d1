#include "transforms/parse_json/parse_json.hpp"

#include <array>
#include <span>
#include <utility>

#include "record/graft.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "transforms/object_path.hpp"

namespace towline::parse_json {

namespace {

using record::NodeId;
using record::ParseError;
using record::Record;

constexpr std::size_t text_kept = std::size_t{256} * 1024;  // bytes of scratch memory; more is given back
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view before_array = R"({"":)";  // a record is an object: this makes one of an array
constexpr std::string_view behind_array = "}";

std::optional<std::string> check(const ParseJsonConfig& config) {
  if (!config.target && (config.overwrite || config.keep))
    return "`overwrite` and `keep` need a `target`: without one the value takes the place of the string";
  if (config.target && config.field.has_wildcard()) return "fields found by `*` can't go to one `target`";
  return std::nullopt;
}

}  // namespace

const config::Schema<ParseJsonConfig>& parse_json_schema() {
  static const config::Schema<ParseJsonConfig> schema(
      "parse_json", "Makes of a string that holds JSON the object or list that it stands for.",
      config::field("field", &ParseJsonConfig::field,
                    "The path of the string. What isn't the text of one JSON object or list, without anything behind "
                    "it, stays as it is and is counted.",
                    config::required, config::example("message")),
      config::field("target", &ParseJsonConfig::target,
                    "Where the value goes, a path counted from the record; `.`: its members become members of the "
                    "record. Without a target it takes the place of the string."),
      config::field("overwrite", &ParseJsonConfig::overwrite,
                    "With a target: what is there already gives way. Otherwise the string stays where the target is "
                    "taken, and with `.` an object of the members whose names are taken stays in its place."),
      config::field("keep", &ParseJsonConfig::keep, "With a target: the string stays in the record, too."),
      config::check(check));
  return schema;
}

ParseJsonStep::ParseJsonStep(const ParseJsonConfig& config, const component::StepContext& context)
    : config_(config), errors_(context, "parse_json") {}

component::StepResult ParseJsonStep::apply(Record& record) {
  found_.clear();
  record.each(config_.field, [&](NodeId id) { found_.push_back(id); });
  if (config_.target && found_.size() > 1) found_.erase(found_.begin(), found_.end() - 1);
  for (const NodeId id : found_) {
    if (record.type(id) != record::Type::string) continue;
    if (!config_.target)
      replace(record, id);
    else if (config_.target->record)
      merge(record, id);
    else
      put(record, id);
  }
  if (text_.capacity() > text_kept) text_ = std::string();
  return component::StepResult::keep;
}

void ParseJsonStep::replace(Record& record, NodeId string) {
  const std::optional<NodeId> value = parse(record, string);
  if (value && !record::graft(record, string, parsed_, *value)) errors_.add("limit");
}

void ParseJsonStep::put(Record& record, NodeId string) {
  const std::optional<NodeId> value = parse(record, string);
  if (!value) return;
  const record::Path& path = config_.target->path;
  const std::array<NodeId, 1> leaving{string};
  const auto way = transforms::way_to(record, path, std::span(leaving).first(config_.keep ? 0 : 1));
  if (way == transforms::Way::occupied && !config_.overwrite) return errors_.add("name_taken");
  const transforms::Put put = transforms::put_copy(record, path, parsed_, *value);
  if (put == transforms::Put::no_place) return errors_.add("no_place");
  if (put == transforms::Put::limit) return errors_.add("limit");
  // Where the string was on the way or at its end, the value has taken its place.
  if (!config_.keep && record.type(string) == record::Type::string) record.remove(string);
}

void ParseJsonStep::merge(Record& record, NodeId string) {
  const std::optional<NodeId> value = parse(record, string);
  if (!value) return;
  if (parsed_.type(*value) != record::Type::object) return errors_.add("not_object");
  const NodeId object = config_.keep ? record.insert(Record::root, "", "null") : string;
  const bool grafted = record::graft(record, object, parsed_, *value);
  if (!grafted) errors_.add("limit");
  if (grafted && merger_.merge(record, object, config_.overwrite)) errors_.add("name_taken");
  if (config_.keep || (grafted && record.first_child(object) == record::no_node)) record.remove(object);
}

// The value that a string stands for, in parsed_. Nothing where it isn't an object or an array.
std::optional<NodeId> ParseJsonStep::parse(const Record& record, NodeId string) {
  const std::string_view json = record.value(string);
  text_.assign(before_array);
  const bool valid = record::append_decoded(text_, json.substr(1, json.size() - 2));
  if (std::string_view(text_).substr(before_array.size()).starts_with(byte_order_mark))
    text_.erase(before_array.size(), byte_order_mark.size());
  const std::size_t size = text_.size() - before_array.size();
  text_ += behind_array;
  text_.append(record::padding, '\0');
  const std::string_view text = std::string_view(text_).substr(before_array.size(), size);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const char begin = valid && first != std::string_view::npos ? text[first] : '\0';
  if (begin == '{') return parse_object(text);
  if (begin == '[') return parse_array();
  errors_.add("not_json");
  return std::nullopt;
}

std::optional<NodeId> ParseJsonStep::parse_object(std::string_view text) {
  const ParseError error = parsed_.parse(text, {});
  if (error == ParseError::none) return Record::root;
  errors_.add(record::name(error));
  return std::nullopt;
}

std::optional<NodeId> ParseJsonStep::parse_array() {
  ParseError error = parsed_.parse(std::string_view(text_).substr(0, text_.size() - record::padding), {});
  const NodeId array = parsed_.first_child(Record::root);
  // What follows an array may look like another member: [1],"a":2
  if (error == ParseError::none && parsed_.next_sibling(array) != record::no_node) error = ParseError::trailing_data;
  if (error == ParseError::none) return array;
  errors_.add(record::name(error));
  return std::nullopt;
}

const component::StepType step_type = component::make_step_type<ParseJsonConfig, ParseJsonStep>(
    "parse_json", "Makes of a string that holds JSON the object or list that it stands for.", parse_json_schema());

}  // namespace towline::parse_json

namespace towline::config {

std::optional<parse_json::Target> Value<parse_json::Target>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  if (*text == ".") return parse_json::Target{true, {}};
  auto path = transforms::parse_path(*text, node.mark, problems);
  if (!path) return std::nullopt;
  if (!path->has_wildcard()) return parse_json::Target{false, std::move(*path)};
  problems.add(node.mark, "a target can't hold `*`", "name one place, or `.` for the record itself");
  return std::nullopt;
}

ValueInfo Value<parse_json::Target>::info() {
  return Value<record::Path>::info();
}

}  // namespace towline::config
