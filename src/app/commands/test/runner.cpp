#include "app/commands/test/runner.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "app/stages.hpp"
#include "config/problems.hpp"
#include "transforms/redact/redact.hpp"

namespace towline::app {

namespace {

// The same for every record: a case gives the same result on any day.
constexpr WallTime received{std::chrono::seconds{1'767'225'600}};  // 2026-01-01T00:00:00Z

// Stands between steps and tells what it sees.
class Probe final : public component::Step {
 public:
  explicit Probe(std::function<void(std::string text)> seen) : seen_(std::move(seen)) {}
  component::StepResult apply(record::Record& record) override {
    std::string text;
    record.write(text);
    seen_(std::move(text));
    return component::StepResult::keep;
  }

 private:
  std::function<void(std::string text)> seen_;
};

// The stages of a configuration with probes in them, and what they saw of one record.
class Observed {
 public:
  Observed(const RootConfig& config, const Facts& facts)
      : stages_(config, {metrics_, audit_, facts, log_metrics_}), config_(config) {}

  Stage& stage(const std::string& id) { return stages_.at(id); }

  void watch(const std::set<std::string>& outputs);
  RecordTrace send(const std::string& line, Stage& source);

 private:
  struct Visit {  // of a record to a stage
    const std::vector<std::string>* names;
    std::vector<std::string> texts;  // before the first step, and after each
  };
  void probe_steps(Stage& stage);
  void probe_output(Stage& stage);
  Stage::CountedStep probe(std::function<void(std::string)> seen) {
    return {std::make_unique<Probe>(std::move(seen)), &never_filtered_};
  }
  std::vector<StepTrace> traces() const;

  telemetry::Metrics metrics_;
  telemetry::Audit audit_;
  telemetry::LogMetrics log_metrics_;
  telemetry::Instrument never_filtered_;
  Stages stages_;
  const RootConfig& config_;
  std::map<std::string, std::vector<std::string>> names_;  // of the steps, by stage
  std::vector<Visit> visits_;
  std::vector<std::string> outputs_;
  record::Record record_;
};

void Observed::watch(const std::set<std::string>& outputs) {
  for (const ConfiguredTransform& transform : config_.transforms) {
    std::vector<std::string>& names = names_[transform.id];
    for (std::size_t i = 0; i < transform.steps.size(); ++i) {
      names.push_back(transform.id + " " + std::to_string(i + 1) + "_" + std::string(transform.steps[i].type->name));
    }
    probe_steps(stage(transform.id));
  }
  for (const std::string& id : outputs) probe_output(stage(id));
}

void Observed::probe_steps(Stage& stage) {
  const std::vector<std::string>& names = names_.at(stage.id);
  std::vector<Stage::CountedStep> probed;
  probed.push_back(probe([this, &names](std::string text) { visits_.push_back({&names, {std::move(text)}}); }));
  for (Stage::CountedStep& step : stage.steps) {
    probed.push_back(std::move(step));
    probed.push_back(probe([this](std::string text) { visits_.back().texts.push_back(std::move(text)); }));
  }
  stage.steps = std::move(probed);
}

void Observed::probe_output(Stage& stage) {
  stage.steps.push_back(probe([this](std::string text) { outputs_.push_back(std::move(text)); }));
}

RecordTrace Observed::send(const std::string& line, Stage& source) {
  visits_.clear();
  outputs_.clear();
  std::string text = line;
  text.append(record::padding, '\0');
  const std::string_view bytes = std::string_view(text).substr(0, line.size());
  const record::ParseError error = record_.parse(bytes, received);
  if (error != record::ParseError::none) record_.wrap(bytes, record::name(error), received);
  source.process(record_, MonoTime{}, {});
  return {line, traces(), std::move(outputs_)};
}

std::vector<StepTrace> Observed::traces() const {
  std::vector<StepTrace> traces;
  for (const Visit& visit : visits_) {
    for (std::size_t i = 0; i < visit.names->size(); ++i) {
      const bool filtered = i + 1 == visit.texts.size();
      traces.push_back({(*visit.names)[i], visit.texts[i], filtered ? std::string() : visit.texts[i + 1], filtered});
      if (filtered) break;
    }
  }
  return traces;
}

// The stages whose records a case compares.
Result<std::set<std::string>> outputs_of(const RootConfig& config, const TestCase& test_case) {
  std::set<std::string> outputs;
  std::vector<std::string> known;
  for (const ConfiguredTransform& transform : config.transforms) {
    known.push_back(transform.id);
    if (transform.id == test_case.at) outputs.insert(transform.id);
  }
  for (const ConfiguredSink& sink : config.sinks) {
    known.push_back(sink.id);
    if (test_case.at.empty() || sink.id == test_case.at) outputs.insert(sink.inputs.begin(), sink.inputs.end());
  }
  if (outputs.empty()) {
    return Error{"there is no transform or sink " + config::in_quotes(test_case.at) + " to look at; " +
                 config::suggestion(test_case.at, known)};
  }
  if (test_case.at.empty() && test_case.expected && outputs.size() > 1) {
    return Error{"the sinks read more than one transform: say with `at` whose records are expected; " +
                 config::suggestion("", known)};
  }
  return outputs;
}

bool leads_to(const Stage& stage, const std::set<std::string>& outputs) {
  return outputs.contains(stage.id) ||
         std::any_of(stage.next.begin(), stage.next.end(), [&](const Stage* next) { return leads_to(*next, outputs); });
}

Result<std::string> source_of(const RootConfig& config, Observed& observed, const TestCase& test_case,
                              const std::set<std::string>& outputs) {
  std::vector<std::string> known;
  for (const ConfiguredSource& source : config.sources) {
    const bool fits =
        test_case.from.empty() ? leads_to(observed.stage(source.id), outputs) : source.id == test_case.from;
    if (fits) return source.id;
    known.push_back(source.id);
  }
  return Error{"there is no source " + config::in_quotes(test_case.from) + "; " +
               config::suggestion(test_case.from, known)};
}

}  // namespace

Result<std::vector<RecordTrace>> run_case(const RootConfig& config, const TestCase& test_case) {
  Observed observed(config, test_case.facts);
  const Result<std::set<std::string>> outputs = outputs_of(config, test_case);
  if (!outputs) return outputs.error();
  const Result<std::string> source = source_of(config, observed, test_case, *outputs);
  if (!source) return source.error();
  observed.watch(*outputs);
  std::vector<RecordTrace> traces;
  for (const std::string& line : test_case.input) traces.push_back(observed.send(line, observed.stage(*source)));
  return traces;
}

std::vector<std::string> find_pii(const std::vector<std::string>& records) {
  telemetry::Metrics metrics;
  telemetry::Audit audit;
  telemetry::LogMetrics log_metrics;
  const Facts facts;
  redact::RedactStep step(redact::RedactConfig(), {"pii", 0, metrics, audit, facts, log_metrics});
  record::Record record;
  std::vector<std::string> found;
  for (const std::string& json : records) {
    std::string padded = json;
    padded.append(record::padding, '\0');
    const record::ParseError error = record.parse(std::string_view(padded).substr(0, json.size()), received);
    if (error == record::ParseError::none)
      step.apply(record);
    else
      found.push_back("a record that can't be examined: " + std::string(record::name(error)));
  }
  for (const telemetry::Audit::Row& row : audit.rows()) {
    found.push_back(row.detector + " in " + row.field + (row.count > 1 ? " (" + std::to_string(row.count) + ")" : ""));
  }
  return found;
}

}  // namespace towline::app
