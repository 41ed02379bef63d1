#include "transforms/sample/sample.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/siphash.hpp"
#include "transforms/derived_field.hpp"
#include "transforms/object_path.hpp"

namespace towline::sample {

using record::NodeId;
using record::Record;
using transforms::Level;

namespace {

constexpr std::size_t level_bytes_max = 64;  // longer texts are no levels

// The same everywhere and for ever, so that all instances choose the same keys.
constexpr SipKey known_key{};

std::optional<std::string> check(const SampleConfig& config) {
  if (config.rate == 1 && config.levels.list.empty()) return "`rate` or `levels` is needed: nothing would be left out";
  return std::nullopt;
}

// What a record stands for already.
std::uint64_t rate_of(const Record& record, const record::Path& path) {
  const std::optional<NodeId> id = transforms::find_last(record, path);
  if (!id || record.type(*id) != record::Type::number) return 1;
  const std::string_view text = record.value(*id);
  std::uint64_t rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && rate >= 1 && rate <= rate_max ? rate : 1;
}

}  // namespace

const config::Schema<SampleConfig>& sample_schema() {
  static const config::Schema<SampleConfig> schema(
      "sample", "Lets one record of many through.",
      config::field("rate", &SampleConfig::rate, "One of so many records passes; 1: all.",
                    config::between(std::uint64_t{1}, rate_max)),
      config::field("levels", &SampleConfig::levels,
                    "A map from levels to rates of their own. Any name of a level will do.",
                    config::example("{ DEBUG: 100, INFO: 10 }")),
      config::field("level_field", &SampleConfig::level_field, "The path of the level."),
      config::field(
          "key", &SampleConfig::key,
          "The path of a value, such as `trace_id`, that decides: all records with the same one pass or none, "
          "on every instance. Records without it are counted."),
      config::field("keep", &SampleConfig::keep,
                    "A condition in the syntax of CloudWatch's filter patterns, see docs/conditions.md: what matches "
                    "passes always, and isn't counted."),
      config::field("rate_field", &SampleConfig::rate_field,
                    "The path that the rate is written to in each record that passes, if it isn't 1. A number that is "
                    "there already is multiplied."),
      config::check(check));
  return schema;
}

SampleStep::SampleStep(const SampleConfig& config, const component::StepContext& context)
    : config_(config), errors_(context, "sample") {
  rates_.fill(config.rate);
  for (const auto& [level, rate] : config.levels.list) rates_[static_cast<std::size_t>(level)] = rate;
}

component::StepResult SampleStep::apply(Record& record) {
  if (config_.keep && config_.keep->matches(record)) return component::StepResult::keep;
  const std::size_t kind = kind_of(record);
  if (rates_[kind] == 1) return component::StepResult::keep;
  if (!is_chosen(record, kind)) return component::StepResult::filter;
  if (config_.rate_field) write_rate(record, rates_[kind]);
  return component::StepResult::keep;
}

std::size_t SampleStep::kind_of(const Record& record) {
  constexpr std::size_t other = transforms::levels_count;
  if (config_.levels.list.empty()) return other;
  const std::optional<NodeId> id = transforms::find_last(record, config_.level_field.path);
  if (!id || record.type(*id) != record::Type::string || record.value(*id).size() > 6 * level_bytes_max) return other;
  const std::optional<Level> level = transforms::level_of_name(transforms::decoded(record, *id, scratch_));
  return level ? static_cast<std::size_t>(*level) : other;
}

std::string_view SampleStep::key_of(const Record& record) {
  if (!config_.key) return {};
  const std::optional<NodeId> id = transforms::find_last(record, config_.key->path);
  if (!id) return {};
  if (record.type(*id) == record::Type::string) return transforms::decoded(record, *id, scratch_);
  return record.type(*id) == record::Type::number ? record.value(*id) : std::string_view();
}

// The lowest part of all hashes: what passes at one rate does so at every lower rate, too.
bool SampleStep::is_chosen(const Record& record, std::size_t kind) {
  const std::string_view key = key_of(record);
  if (key.empty()) return seen_[kind]++ % rates_[kind] == 0;
  return siphash(known_key, key).low <= std::numeric_limits<std::uint64_t>::max() / rates_[kind];
}

void SampleStep::write_rate(Record& record, std::uint64_t rate) {
  const record::Path& path = (*config_.rate_field).path;
  scratch_ = std::to_string(rate * rate_of(record, path));
  if (!transforms::put_scalar(record, path, scratch_)) errors_.add("no_place");
}

const component::StepType step_type =
    component::make_step_type<SampleConfig, SampleStep>("sample", "Lets one record of many through.", sample_schema());

}  // namespace towline::sample

namespace towline::config {

using sample::LevelRates;

namespace {

std::optional<transforms::Level> parse_level(const Node::Entry& entry, Problems& problems) {
  const std::optional<transforms::Level> level = transforms::level_of_name(entry.key);
  if (!level)
    problems.add(entry.key_mark, "not a level: " + in_quotes(entry.key), "TRACE, DEBUG, INFO, WARN, ERROR or FATAL");
  return level;
}

std::optional<std::uint64_t> parse_rate(const Node& node, Problems& problems) {
  const std::optional<std::uint64_t> rate = Value<std::uint64_t>::parse(node, problems);
  if (!rate || (*rate >= 1 && *rate <= sample::rate_max)) return rate;
  problems.add(node.mark, "must be 1 to " + std::to_string(sample::rate_max) + ", not " + node.shown(),
               "to let none through use drop_if");
  return std::nullopt;
}

}  // namespace

std::optional<LevelRates> Value<LevelRates>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of levels to rates", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  LevelRates rates;
  for (const Node::Entry& entry : node.entries) {
    const Problems::Scope scope(problems, entry.key);
    const std::optional<transforms::Level> level = parse_level(entry, problems);
    const std::optional<std::uint64_t> rate = parse_rate(entry.value, problems);
    if (!level || !rate) continue;
    const bool twice = std::ranges::any_of(rates.list, [&](const auto& known) { return known.first == *level; });
    if (twice) problems.add(entry.key_mark, "this level has a rate already", "one level may have several names");
    rates.list.emplace_back(*level, *rate);
  }
  if (problems.count() != before) return std::nullopt;
  return rates;
}

ValueInfo Value<LevelRates>::info() {
  return map_info(Value<std::uint64_t>::info());
}

}  // namespace towline::config
