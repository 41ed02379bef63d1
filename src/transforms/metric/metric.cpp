#include "transforms/metric/metric.hpp"

#include <charconv>
#include <utility>

#include "record/json_text.hpp"
#include "transforms/object_path.hpp"

namespace towline::metric {

using record::NodeId;
using record::Record;
using record::Type;
using telemetry::LogMetricType;

namespace {

constexpr std::size_t giant_bytes = 64 * 1024;  // a label's text keeps no more memory than that

std::optional<Emf> emf_of(const MetricConfig& config) {
  if (!config.emf) return std::nullopt;
  const char* unit = config.value ? "None" : "Count";
  return Emf(
      {config.emf->metric_namespace, config.name.text, config.emf->unit.value_or(unit), definition_of(config).labels});
}

// Objects and lists are no labels, and null says that there is none.
void append_scalar(const Record& record, NodeId id, std::string& out) {
  const std::string_view json = record.value(id);
  switch (record.type(id)) {
    case Type::string: {
      const std::string_view inside = json.substr(1, json.size() - 2);
      if (!record::append_decoded(out, inside)) out.clear();
      return;
    }
    case Type::number:
    case Type::boolean:
      out += json;
      return;
    case Type::object:
    case Type::array:
    case Type::null:
      return;
  }
}

}  // namespace

MetricStep::MetricStep(const MetricConfig& config, const component::StepContext& context)
    : type_(config.type),
      when_(config.when),
      value_path_(config.value),
      labels_(config.labels.list),
      emf_(emf_of(config)),
      facts_(context.facts),
      family_(context.log_metrics.family(definition_of(config))),
      errors_(context, "metric"),
      label_texts_(labels_.size()) {}

component::StepResult MetricStep::apply(Record& record) {
  if (when_ && !when_->matches(record)) return component::StepResult::keep;
  if (value_path_ && !read_value(record)) return component::StepResult::keep;
  read_labels(record);
  telemetry::LogSeries* series = family_.find_or_add(label_values_.key());
  count(series != nullptr ? *series : family_.other());
  if (emf_) add_emf(record, series != nullptr);
  return component::StepResult::keep;
}

bool MetricStep::read_value(const Record& record) {
  const std::optional<NodeId> id = transforms::find_last(record, *value_path_);
  if (!id || record.type(*id) == Type::null) return false;
  if (record.type(*id) != Type::number) {
    errors_.add("not_a_number");
    return false;
  }
  number_ = record.value(*id);
  const auto [end, error] = std::from_chars(number_.data(), number_.data() + number_.size(), value_);
  if (error != std::errc()) {
    errors_.add("out_of_range");
    return false;
  }
  if (type_ == LogMetricType::counter && value_ < 0) {
    errors_.add("negative");
    return false;
  }
  return true;
}

void MetricStep::read_labels(const Record& record) {
  label_values_.clear();
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    std::string& text = label_texts_[i];
    if (text.capacity() > giant_bytes) text = std::string();
    text.clear();
    if (const auto* filled = std::get_if<record::Template>(&labels_[i].from)) {
      filled->append(record, facts_, text);
    } else if (const auto id = transforms::find_last(record, std::get<record::Path>(labels_[i].from))) {
      append_scalar(record, *id, text);
    }
    label_values_.add(text);
  }
}

void MetricStep::count(telemetry::LogSeries& series) const {
  switch (type_) {
    case LogMetricType::counter:
      return series.add(value_);
    case LogMetricType::gauge:
      return series.set(value_);
    case LogMetricType::histogram:
      return series.observe(value_);
  }
}

// CloudWatch bills each set of dimensions: those beyond labels_max don't get there.
void MetricStep::add_emf(Record& record, bool has_series) {
  if (!has_series) return errors_.add("labels_max");
  switch (emf_->add(record, number_, label_texts_)) {
    case Emf::Result::added:
      return;
    case Emf::Result::taken:
      return errors_.add("emf_taken");
    case Emf::Result::too_long:
      return errors_.add("emf_dimension");
  }
}

const component::StepType step_type = component::make_step_type<MetricConfig, MetricStep>(
    "metric", "Makes a counter, gauge or histogram out of records.", metric_schema(), {.check = check_all});

}  // namespace towline::metric
