// Whatever the record: what a step that reshapes it leaves is a record, and those that only move values lose none.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/graft.hpp"
#include "transforms/copy/copy.hpp"
#include "transforms/enrich/enrich.hpp"
#include "transforms/flatten/flatten.hpp"
#include "transforms/keep_only/keep_only.hpp"
#include "transforms/metric/metric.hpp"
#include "transforms/nest/nest.hpp"
#include "transforms/parse_json/parse_json.hpp"
#include "transforms/set/set.hpp"
#include "transforms/truncate/truncate.hpp"

namespace {

using namespace towline;
using record::Record;

void require(bool holds) {
  if (!holds) std::abort();
}

record::Path path(std::string_view text) {
  return *record::Path::parse(text);
}

std::string written(const Record& record) {
  std::string out;
  record.write(out);
  return out;
}

void require_record(std::string text) {
  const std::size_t size = text.size();
  text.append(record::padding, '"');
  Record record;
  require(record.parse(std::string_view(text).substr(0, size), {}) == record::ParseError::none);
  require(written(record) == text.substr(0, size));
}

// The texts of all scalars, sorted.
std::vector<std::string> scalars(const Record& record) {
  std::vector<std::string> found;
  for (record::NodeId id = record.next_in_order(Record::root); id != record::no_node; id = record.next_in_order(id)) {
    if (record.type(id) == record::Type::object || record.type(id) == record::Type::array) continue;
    found.emplace_back(record.value(id));
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Remapper {
 public:
  Remapper() {
    facts_.set("host.name", "h\"\\");
    add<parse_json::ParseJsonStep>(parse_json::ParseJsonConfig{path("a.*"), {}, false, false});
    add<parse_json::ParseJsonStep>(parse_json::ParseJsonConfig{path("b"), parse_json::Target{true, {}}, false, false});
    add<parse_json::ParseJsonStep>(parse_json::ParseJsonConfig{path("a"), parse_json::Target{true, {}}, true, true});
    add<parse_json::ParseJsonStep>(
        parse_json::ParseJsonConfig{path("a"), parse_json::Target{false, path("b.c")}, true, false});
    add<copy::CopyStep>(copy::CopyConfig{{{{path("a"), path("a.b")}, {path("b.c"), path("a.0")}}}});
    add<set::SetStep>(
        set::SetConfig{{{{path("a.b"), "", *record::Template::parse("{b}-{a.0}")}, {path("b.0"), "5", {}}}}});
    add<enrich::EnrichStep>(
        enrich::EnrichConfig{{{{path("a.b"), "1"}, {path("c"), "2"}}}, true, false, false, path("b"), true});
    metric::MetricConfig metric;
    metric.name.text = "a";
    metric.labels.list = {{"b", path("b.c")}, {"c", *record::Template::parse("{a}")}};
    metric.emf.emplace().metric_namespace = "n";
    add<metric::MetricStep>(metric);
    first_mover_ = steps_.size();
    add<flatten::FlattenStep>(flatten::FlattenConfig{path("a"), "/", flatten::Arrays::index});
    add<flatten::FlattenStep>(flatten::FlattenConfig{{}, ".", flatten::Arrays::keep});
    add<nest::NestStep>(
        nest::NestConfig{path("b.c"), {transforms::NamePattern("a*"), transforms::NamePattern("b")}, "a"});
    behind_movers_ = steps_.size();
    truncate_ = steps_.size();
    add<truncate::TruncateStep>(truncate::TruncateConfig{{}, {truncated_bytes}, "\xE2\x80\xA6\""});
    keep_only::KeepOnlyConfig kept;
    kept.fields = {path("a*.*"), path("b.0"), path("towline")};
    add<keep_only::KeepOnlyStep>(kept);
  }

  // The steps that the bits of `choice` name, in a turned order.
  void check(Record& record, unsigned choice) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const std::size_t at = (i + choice) % steps_.size();
      if ((choice >> at & 1U) != 0) check_step(record, at);
    }
  }

 private:
  static constexpr std::size_t truncated_bytes = 24;

  template <class Step, class Config>
  void add(const Config& config) {
    const component::StepContext context{"fuzz", steps_.size(), metrics_, audit_, facts_, log_metrics_};
    steps_.push_back(std::make_unique<Step>(config, context));
  }

  void check_step(Record& record, std::size_t at) {
    const bool moves = at >= first_mover_ && at < behind_movers_;
    const std::vector<std::string> before = moves ? scalars(record) : std::vector<std::string>();
    require(steps_[at]->apply(record) == component::StepResult::keep);
    if (moves) require(scalars(record) == before);
    if (at == truncate_) {
      for (const std::string& scalar : scalars(record))
        require(scalar[0] != '"' || scalar.size() <= truncated_bytes + 2);
    }
    require(record::extent(record, Record::root).height <= record::depth_max);
    require_record(written(record));
  }

  telemetry::Metrics metrics_;
  telemetry::Audit audit_;
  Facts facts_;
  telemetry::LogMetrics log_metrics_;
  std::vector<std::unique_ptr<component::Step>> steps_;
  std::size_t first_mover_ = 0;
  std::size_t behind_movers_ = 0;
  std::size_t truncate_ = 0;
};

}  // namespace

// Two bytes choose the steps; the rest is a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Remapper remapper;
  static Record record;
  if (size < 2) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  text.append(record::padding, '"');
  const std::string_view line = std::string_view(text).substr(0, size - 2);
  if (record.parse(line, {}) != record::ParseError::none) record.wrap(line, "fuzz", {});
  remapper.check(record, data[0] * 256U + data[1]);
  return 0;
}
