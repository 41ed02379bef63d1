#include "component/registry.hpp"

#include <gtest/gtest.h>

#include "component/delivery_config.hpp"
#include "component/sink.hpp"

namespace towline::component {
namespace {

struct FakeConfig {
  std::uint32_t number = 7;
  DeliveryConfig delivery;
};
const config::Schema<FakeConfig>& fake_schema() {
  static const config::Schema<FakeConfig> schema("fake", "For tests.",
                                                 config::field("number", &FakeConfig::number, "A number."),
                                                 config::embed(&FakeConfig::delivery, delivery_schema()));
  return schema;
}

class FakeStep final : public Step {
 public:
  FakeStep(const FakeConfig& config, const StepContext& context) : filters_(config.number == context.index) {}
  StepResult apply(record::Record&) override { return filters_ ? StepResult::filter : StepResult::keep; }
  bool filters() const { return filters_; }

 private:
  bool filters_;
};

class FakeSink final : public Sink {
 public:
  FakeSink(const FakeConfig&, const SinkContext&) {}
  void attempt(const Batch&, Done done) override { done({}); }
};

std::shared_ptr<const void> parsed(const config::SchemaBase& schema, std::string_view yaml) {
  config::Problems problems("t.yaml");
  const auto node = config::parse_yaml(
      yaml, [](std::string_view) { return std::nullopt; }, problems);
  const auto config = schema.parse_shared(*node, problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return config;
}

TEST(Registry, AStepIsParsedAndBuiltWithoutItsType) {
  const StepType type = make_step_type<FakeConfig, FakeStep>("fake", "A fake.", fake_schema());
  const auto config = parsed(*type.schema, "number: 3");
  telemetry::Metrics metrics;
  telemetry::Audit audit;
  const Facts facts;
  telemetry::LogMetrics log_metrics;
  const std::unique_ptr<Step> third = type.build(config.get(), {"clean", 3, metrics, audit, facts, log_metrics});
  const std::unique_ptr<Step> fourth = type.build(config.get(), {"clean", 4, metrics, audit, facts, log_metrics});
  EXPECT_TRUE(dynamic_cast<const FakeStep&>(*third).filters());
  EXPECT_FALSE(dynamic_cast<const FakeStep&>(*fourth).filters());
}

TEST(Registry, ASinkTypeFindsTheDeliverySettings) {
  const SinkType type = make_sink_type<FakeConfig, FakeSink>("fake", "A fake.", fake_schema());
  const auto config = parsed(*type.schema, "{number: 1, in_flight: 9, batch: {records: 5}}");
  EXPECT_EQ(type.delivery(config.get()).in_flight, 9U);
  EXPECT_EQ(type.delivery(config.get()).batch.records, config::Limit(5));
}

}  // namespace
}  // namespace towline::component
