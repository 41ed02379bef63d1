#include "transforms/throttle/throttle.hpp"

#include <utility>

#include "transforms/derived_field.hpp"
#include "transforms/object_path.hpp"
#include "transforms/path_value.hpp"

namespace towline::throttle {

using record::NodeId;
using record::Record;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t text_kept = std::size_t{128} * 1024;  // bytes of scratch memory; more is given back

}  // namespace

const config::Schema<ThrottleConfig>& throttle_schema() {
  static const config::Schema<ThrottleConfig> schema(
      "throttle", "Lets only so many records of a kind through in a time.",
      config::field("key", &ThrottleConfig::key,
                    "What a kind is: the path of a field, or a template such as `{service}/{level}`. Without it all "
                    "records are of one."),
      config::field("limit", &ThrottleConfig::limit, "So many records with one key pass in a window.", config::required,
                    config::between(std::uint64_t{1}, std::uint64_t{1'000'000'000}), config::example("100")),
      config::field("window", &ThrottleConfig::window,
                    "How long a window is. It begins with the first record of its key that was received after the one "
                    "before.",
                    config::between(Duration(1ms), Duration(24h))),
      config::field(
          "keys_max", &ThrottleConfig::keys_max,
          "So many keys are remembered, with about 150 bytes each; then the one that was not seen for longest "
          "is forgotten, and begins anew.",
          config::between(std::uint64_t{1}, std::uint64_t{1'000'000})),
      config::field("mark", &ThrottleConfig::mark,
                    "The path of a field that says, in the first record that passes again, how many of its key were "
                    "filtered before it."));
  return schema;
}

ThrottleStep::ThrottleStep(const ThrottleConfig& config, const component::StepContext& context)
    : config_(config), facts_(context.facts), windows_(config.keys_max), errors_(context, "throttle") {}

component::StepResult ThrottleStep::apply(Record& record) {
  const WallTime now = record.received();
  Window& window = windows_.find_or_add(siphash(hash_key_, key_of(record))).value;
  // A clock that was set back must not keep a window open.
  if (now < window.begin || now >= window.begin + config_.window) {
    window.begin = now;
    window.passed = 0;
  }
  if (window.passed == config_.limit) {
    ++window.throttled;
    return component::StepResult::filter;
  }
  ++window.passed;
  const std::uint64_t throttled = std::exchange(window.throttled, 0);
  if (throttled != 0 && config_.mark && !transforms::put_scalar(record, config_.mark->path, std::to_string(throttled)))
    errors_.add("no_place");
  return component::StepResult::keep;
}

// All records without the field have the same key.
std::string_view ThrottleStep::key_of(const Record& record) {
  if (scratch_.capacity() > text_kept) scratch_ = std::string();
  scratch_.clear();
  if (!config_.key) return {};
  if (const auto* text = std::get_if<record::Template>(&config_.key->from)) {
    text->append(record, facts_, scratch_);
    return scratch_;
  }
  const std::optional<NodeId> id = transforms::find_last(record, std::get<record::Path>(config_.key->from));
  if (!id) return {};
  if (record.type(*id) == record::Type::string) return transforms::decoded(record, *id, scratch_);
  record.write(scratch_, *id);
  return scratch_;
}

const component::StepType step_type = component::make_step_type<ThrottleConfig, ThrottleStep>(
    "throttle", "Lets only so many records of a kind through in a time.", throttle_schema());

}  // namespace towline::throttle

namespace towline::config {

using throttle::Key;

std::optional<Key> Value<Key>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  if (text->find_first_of("{}%") == std::string::npos) {
    std::optional<transforms::FieldPath> field = Value<transforms::FieldPath>::parse(node, problems);
    return field ? std::optional(Key{std::move(field->path)}) : std::nullopt;
  }
  Result<record::Template> parsed = record::Template::parse(*text);
  if (parsed) return Key{std::move(*parsed)};
  problems.add(node.mark, "not a text to fill in: " + parsed.error().message);
  return std::nullopt;
}

std::string Value<Key>::print(const Key& key) {
  return std::visit([](const auto& from) { return yaml_scalar(from.text()); }, key.from);
}

ValueInfo Value<Key>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "path or template";
  return info;
}

}  // namespace towline::config
