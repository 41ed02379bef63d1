#include "transforms/metric/config.hpp"

#include <algorithm>
#include <array>

#include "transforms/path_value.hpp"
#include "transforms/step_order.hpp"

namespace towline::metric {

using telemetry::LogMetricType;

namespace {

constexpr std::size_t labels_in_a_metric_max = 16;
constexpr std::size_t buckets_max = 64;
constexpr std::size_t namespace_bytes_max = 255;

constexpr std::array<std::string_view, 27> units{
    "Seconds",          "Microseconds",     "Milliseconds", "Bytes",           "Kilobytes",        "Megabytes",
    "Gigabytes",        "Terabytes",        "Bits",         "Kilobits",        "Megabits",         "Gigabits",
    "Terabits",         "Percent",          "Count",        "Bytes/Second",    "Kilobytes/Second", "Megabytes/Second",
    "Gigabytes/Second", "Terabytes/Second", "Bits/Second",  "Kilobits/Second", "Megabits/Second",  "Gigabits/Second",
    "Terabits/Second",  "Count/Second",     "None"};

std::optional<std::string> check_emf(const EmfConfig& emf) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/#:-";
  const std::string& name = emf.metric_namespace;
  if (name.empty() || name.size() > namespace_bytes_max || name.find_first_not_of(allowed) != std::string::npos)
    return "`namespace` has 1 to 255 letters, digits and . _ / # : -";
  if (name.starts_with("AWS/") || name.starts_with(':'))
    return "a namespace that begins with `AWS/` or `:` is reserved";
  if (emf.unit && std::ranges::find(units, *emf.unit) == units.end())
    return "CloudWatch has no unit " + config::in_quotes(*emf.unit) +
           "; it has Seconds, Milliseconds, Microseconds, Bytes, Kilobytes, Megabytes, Gigabytes, Terabytes, Bits, "
           "Kilobits, Megabits, Gigabits, Terabits, Percent, Count, None, and most of them with /Second";
  return std::nullopt;
}

const config::Schema<EmfConfig>& emf_schema() {
  static const config::Schema<EmfConfig> schema(
      "emf", "CloudWatch's embedded metric format.",
      config::field("namespace", &EmfConfig::metric_namespace, "The namespace in CloudWatch.", config::required,
                    config::example("Application")),
      config::field("unit", &EmfConfig::unit,
                    "The unit in CloudWatch, such as `Milliseconds` or `Bytes`. Without it `Count` where each record "
                    "counts 1, and else `None`."),
      config::check(check_emf));
  return schema;
}

std::optional<std::string> check_buckets(const MetricConfig& config) {
  const std::vector<double>& buckets = config.buckets;
  if (config.type != LogMetricType::histogram) {
    if (buckets.empty()) return std::nullopt;
    return "`buckets` are for a histogram";
  }
  if (buckets.empty() || buckets.size() > buckets_max)
    return "a histogram needs `buckets`, 1 to " + std::to_string(buckets_max) + " of them, such as [10, 100, 1000]";
  if (std::ranges::adjacent_find(buckets, std::greater_equal()) != buckets.end())
    return "`buckets` must become larger from one to the next";
  return std::nullopt;
}

std::optional<std::string> check(const MetricConfig& config) {
  if (config.type != LogMetricType::counter && !config.value) return "a gauge and a histogram need a `value`";
  if (config.value && config.value->has_wildcard()) return "`value` can't be found by `*`";
  const auto is_name = [&](const Label& label) { return label.name == config.name.text; };
  if (config.emf && std::ranges::any_of(config.labels.list, is_name))
    return "with `emf` a label can't have the name of the metric: both become fields of the record";
  return check_buckets(config);
}

// --- All steps together ---

const MetricConfig& config_of(const component::PlacedStep& step) {
  return *static_cast<const MetricConfig*>(step.config);
}

bool equal(const telemetry::LogMetricDefinition& a, const telemetry::LogMetricDefinition& b) {
  return a.type == b.type && a.labels == b.labels && a.buckets == b.buckets && a.label_sets_max == b.label_sets_max;
}

// The names that a metric has on /metrics beside its own.
std::vector<std::string> series_names(const telemetry::LogMetricDefinition& metric) {
  if (metric.type != LogMetricType::histogram) return {};
  return {metric.name + "_bucket", metric.name + "_sum", metric.name + "_count"};
}

bool collide(const telemetry::LogMetricDefinition& a, const telemetry::LogMetricDefinition& b) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  return has(series_names(a), b.name) || has(series_names(b), a.name);
}

void check_pair(const component::PlacedStep& first, const component::PlacedStep& second, config::Problems& problems) {
  const telemetry::LogMetricDefinition a = definition_of(config_of(first));
  const telemetry::LogMetricDefinition b = definition_of(config_of(second));
  const std::string place = "line " + std::to_string(first.mark.line);
  if (a.name == b.name && !equal(a, b)) {
    problems.add(second.mark, "the metric " + config::in_quotes(b.name) + " is something else on " + place,
                 "steps may share a name only with the same type, labels, buckets and labels_max");
  } else if (collide(a, b)) {
    problems.add(second.mark,
                 "the names of " + config::in_quotes(b.name) + " and " + config::in_quotes(a.name) + " on " + place +
                     " are in each other's way",
                 "a histogram also takes its name with _bucket, _sum and _count");
  }
}

}  // namespace

const config::Schema<MetricConfig>& metric_schema() {
  static const config::Schema<MetricConfig> schema(
      "metric", "Makes a counter, gauge or histogram out of records.",
      config::field("name", &MetricConfig::name,
                    "The name on /metrics: letters, digits and `_`. Several steps may have the same one.",
                    config::required, config::example("app_errors_total")),
      config::field("type", &MetricConfig::type, "What it is."),
      config::field("when", &MetricConfig::when, "Only records that this condition matches count."),
      config::field("value", &MetricConfig::value,
                    "The path of a number. A record without it, or with null there, doesn't count. Without this "
                    "setting a record counts 1."),
      config::field("labels", &MetricConfig::labels,
                    "A map from the name of a label to the path of a field, or to a template such as "
                    "`{service}-{ecs.family}`. A label whose field is missing is empty. At most 16; values are cut at "
                    "128 bytes."),
      config::field("buckets", &MetricConfig::buckets,
                    "The upper bounds of a histogram's buckets, in the unit of the value; at most 64."),
      config::field("help", &MetricConfig::help, "What it means, for those who read /metrics."),
      config::field("labels_max", &MetricConfig::labels_max,
                    "How many different sets of label values are kept. Records with further ones are counted together, "
                    "with `other` as the value of each label.",
                    config::between(1, 10'000)),
      config::field("emf", &MetricConfig::emf,
                    "Adds the metric to the record, too, as CloudWatch's embedded metric format.", emf_schema()),
      config::check(check));
  return schema;
}

telemetry::LogMetricDefinition definition_of(const MetricConfig& config) {
  telemetry::LogMetricDefinition definition;
  definition.name = config.name.text;
  definition.type = config.type;
  definition.help = config.help;
  for (const Label& label : config.labels.list) definition.labels.push_back(label.name);
  definition.buckets = config.buckets;
  definition.label_sets_max = config.labels_max;
  return definition;
}

void check_all(std::span<const component::PlacedStep> all, config::Problems& problems) {
  std::vector<const component::PlacedStep*> metrics;
  for (const component::PlacedStep& step : all) {
    if (step.type->name != "metric") continue;
    const config::Problems::Scope transforms(problems, "transforms");
    const config::Problems::Scope transform(problems, step.transform);
    const config::Problems::Scope position(problems, "steps[" + std::to_string(step.index) + "].metric");
    for (const component::PlacedStep* earlier : metrics) check_pair(*earlier, step, problems);
    if (!config_of(step).labels.list.empty() && transforms::is_followed_by("redact", step, all)) {
      problems.add(step.mark, "its labels would show on /metrics what `redact` hasn't examined yet",
                   "put the step `metric` behind `redact`");
    }
    metrics.push_back(&step);
  }
}

}  // namespace towline::metric

namespace towline::config {

namespace {

std::optional<decltype(metric::Label::from)> parse_label(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  if (text->find('{') != std::string::npos) {
    Result<record::Template> parsed = record::Template::parse(*text);
    if (parsed) return std::move(*parsed);
    problems.add(node.mark, "not a template: " + parsed.error().message);
    return std::nullopt;
  }
  std::optional<record::Path> path = transforms::parse_path(*text, node.mark, problems);
  if (!path) return std::nullopt;
  if (path->has_wildcard()) {
    problems.add(node.mark, "the value of a label can't be found by `*`");
    return std::nullopt;
  }
  return std::move(*path);
}

}  // namespace

std::optional<metric::MetricName> Value<metric::MetricName>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  const std::string problem = telemetry::log_metric_name_problem(*text);
  if (problem.empty()) return metric::MetricName{*text};
  problems.add(node.mark, "not the name of a metric: " + problem);
  return std::nullopt;
}

ValueInfo Value<metric::MetricName>::info() {
  return {"text", text_matching("^[A-Za-z_][A-Za-z0-9_]{0,127}$|\\$\\{"), {}};
}

std::optional<metric::Labels> Value<metric::Labels>::parse(const Node& node, Problems& problems) {
  if (!expect_map(node, "a map of labels to paths", problems)) return std::nullopt;
  const std::size_t before = problems.count();
  check_duplicate_keys(node, problems);
  if (node.entries.size() > metric::labels_in_a_metric_max)
    problems.add(node.mark, "more than " + std::to_string(metric::labels_in_a_metric_max) + " labels");
  metric::Labels labels;
  for (const Node::Entry& entry : node.entries) {
    const Problems::Scope scope(problems, entry.key);
    const std::string problem = telemetry::log_label_name_problem(entry.key);
    if (!problem.empty()) problems.add(entry.key_mark, "not the name of a label: " + problem);
    auto from = parse_label(entry.value, problems);
    if (from) labels.list.push_back({entry.key, std::move(*from)});
  }
  if (problems.count() != before) return std::nullopt;
  std::ranges::sort(labels.list, {}, &metric::Label::name);
  return labels;
}

ValueInfo Value<metric::Labels>::info() {
  ValueInfo info = map_info(Value<std::string>::info());
  info.name = "map of path or template";
  return info;
}

}  // namespace towline::config
