#include "transforms/metric/metric.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::metric {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Metric : public testing::Test {
 protected:
  // What becomes of the last of these records.
  std::string apply(const std::string& yaml, std::initializer_list<const char*> records) {
    const auto step = transforms::make_step(step_type, yaml, surroundings_);
    std::string out;
    for (const char* record : records) out = transforms::apply_step(*step, record);
    return out;
  }
  std::string page() const { return surroundings_.log_metrics.prometheus_text(); }
  std::uint64_t errors(std::string_view reason) const {
    return surroundings_.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_metric", reason});
  }

  transforms::Surroundings surroundings_;
};

TEST_F(Metric, CountsRecordsAndLeavesThemAlone) {
  EXPECT_EQ(apply("{name: records_total, help: All of them.}", {"{}", R"({"a": 1})"}), R"({"a": 1})");
  EXPECT_EQ(page(), "# HELP records_total All of them.\n# TYPE records_total counter\nrecords_total 2\n");
}

TEST_F(Metric, CountsWhatTheConditionMatches) {
  apply("{name: errors_total, when: '{ $.level = \"ERROR\" }'}",
        {R"({"level":"ERROR"})", R"({"level":"INFO"})", R"({"level":"ERROR"})", "{}"});
  EXPECT_THAT(page(), HasSubstr("\nerrors_total 2\n"));
}

TEST_F(Metric, ACounterAddsAValue) {
  apply("{name: bytes_total, value: http.bytes}", {R"({"http":{"bytes":10}})", R"({"http":{"bytes":2.5e1}})",
                                                   R"({"http":{"bytes":0}})", "{}", R"({"http":{"bytes":null}})"});
  EXPECT_THAT(page(), HasSubstr("\nbytes_total 35\n"));
  EXPECT_EQ(errors(""), 0U);
}

TEST_F(Metric, WhatIsNoNumberIsCountedAsSuch) {
  apply("{name: n_total, value: v}", {R"({"v":"1"})", R"({"v":true})", R"({"v":[1]})", R"({"v":{}})", R"({"v":-1})",
                                      R"({"v":1e400})", R"({"v":-0.0})", R"({"v":3})"});
  EXPECT_THAT(page(), HasSubstr("\nn_total 3\n"));
  EXPECT_EQ(errors("not_a_number"), 4U);
  EXPECT_EQ(errors("negative"), 1U);
  EXPECT_EQ(errors("out_of_range"), 1U);
}

TEST_F(Metric, OfSeveralMembersOfANameTheLastOneCounts) {
  apply("{name: n, value: v, labels: {a: a, b: '{a}'}}", {R"({"v":1,"a":"x","v":2,"a":"y"})"});
  EXPECT_THAT(page(), HasSubstr("\nn{a=\"y\",b=\"y\"} 2\n"));
}

TEST_F(Metric, AGaugeKeepsTheLastValue) {
  apply("{name: depth, type: gauge, value: d}", {R"({"d":7})", R"({"d":-2.5})", R"({"d":"x"})", "{}"});
  EXPECT_THAT(page(), HasSubstr("# TYPE depth gauge\ndepth -2.5\n"));
}

TEST_F(Metric, AHistogramHasBuckets) {
  apply("{name: took_ms, type: histogram, value: ms, buckets: [5, 10.5], labels: {path: path}}",
        {R"({"ms":5,"path":"/"})", R"({"ms":7,"path":"/"})", R"({"ms":-1,"path":"/"})", R"({"ms":11,"path":"/"})"});
  EXPECT_EQ(page(),
            "# HELP took_ms \n# TYPE took_ms histogram\n"
            "took_ms_bucket{path=\"/\",le=\"5\"} 2\ntook_ms_bucket{path=\"/\",le=\"10.5\"} 3\n"
            "took_ms_bucket{path=\"/\",le=\"+Inf\"} 4\ntook_ms_sum{path=\"/\"} 22\ntook_ms_count{path=\"/\"} 4\n");
}

TEST_F(Metric, LabelsAreFieldsDecoded) {
  apply("{name: n, labels: {a: a, b: 'b.\"x.y\"', c: c.1}}",
        {R"({"a":"\u0041\n","b":{"x.y":"z"},"c":[0,1.50]})", R"({"a":true,"b":{"x.y":{}},"c":[0,[]]})",
         R"({"a":null,"b":"text"})"});
  EXPECT_THAT(page(),
              AllOf(HasSubstr("\nn{a=\"A\\n\",b=\"z\",c=\"1.50\"} 1\n"), HasSubstr("\nn{a=\"true\",b=\"\",c=\"\"} 1\n"),
                    HasSubstr("\nn{a=\"\",b=\"\",c=\"\"} 1\n")));
}

TEST_F(Metric, LabelsMayBeTemplates) {
  surroundings_.facts.set("ecs.family", "web");
  apply("{name: n, labels: {where: '{ecs.family}/{service}', path: ecs.family}}",
        {R"({"service":"shop","ecs":{"family":"mine"}})", "{}"});
  EXPECT_THAT(page(), AllOf(HasSubstr("\nn{path=\"mine\",where=\"web/shop\"} 1\n"),
                            HasSubstr("\nn{path=\"\",where=\"web/\"} 1\n")));
}

TEST_F(Metric, PastLabelsMaxItIsOther) {
  const auto step = transforms::make_step(step_type, "{name: n, labels: {user: u}, labels_max: 2}", surroundings_);
  for (int i = 0; i < 50; ++i) transforms::apply_step(*step, "{\"u\":" + std::to_string(i) + "}");
  EXPECT_EQ(page(), "# HELP n \n# TYPE n counter\nn{user=\"0\"} 1\nn{user=\"1\"} 1\nn{user=\"other\"} 48\n");
}

TEST_F(Metric, AGiantLabelIsCutAndForgotten) {
  const std::string giant = "{\"u\":\"" + std::string(1'000'000, 'x') + "\"}";
  const std::string out = apply("{name: n, labels: {user: u}}", {giant.c_str(), R"({"u":"small"})"});
  EXPECT_THAT(page(), AllOf(HasSubstr("n{user=\"" + std::string(128, 'x') + "\"} 1\n"), HasSubstr("{user=\"small\"}")));
}

TEST_F(Metric, SeesWhatEarlierStepsDid) {
  const auto step = transforms::make_step(step_type, "{name: n, value: v, labels: {l: l}}", surroundings_);
  std::string text = R"({"v":"x","l":"secret"})";
  const std::size_t size = text.size();
  text.append(record::padding, '\0');
  record::Record record;
  ASSERT_EQ(record.parse(std::string_view(text).substr(0, size), {}), record::ParseError::none);
  record.set_value(record.find(record::Record::root, "v"), "12");
  record.set_string(record.find(record::Record::root, "l"), "[REDACTED:field]");
  step->apply(record);
  EXPECT_THAT(page(), AllOf(HasSubstr("\nn{l=\"[REDACTED:field]\"} 12\n"), Not(HasSubstr("secret"))));
}

TEST_F(Metric, StepsMayShareAName) {
  apply("{name: n, when: '{ $.a = 1 }'}", {R"({"a":1})"});
  apply("{name: n, when: '{ $.a = 2 }'}", {R"({"a":2})", R"({"a":2})"});
  EXPECT_THAT(page(), HasSubstr("\nn 3\n"));
}

// --- CloudWatch ---

TEST_F(Metric, EmfIsAddedToTheRecord) {
  EXPECT_EQ(
      apply("{name: took, type: histogram, buckets: [1], value: http.ms, labels: {service: service, op: http.op}, "
            "emf: {namespace: App, unit: Milliseconds}}",
            {R"({"service":"shop","http":{"op":"get","ms":1.50}})"}),
      R"({"service":"shop","http":{"op":"get","ms":1.50},"op":"get","took":1.50,"_aws":{"Timestamp":0,)"
      R"("CloudWatchMetrics":[{"Namespace":"App","Dimensions":[["op","service"]],)"
      R"("Metrics":[{"Name":"took","Unit":"Milliseconds"}]}]}})");
  EXPECT_THAT(page(), HasSubstr("took_count{op=\"get\",service=\"shop\"} 1"));
}

TEST_F(Metric, EmfCountsAndLeavesEmptyDimensionsOut) {
  EXPECT_EQ(apply("{name: n, labels: {service: service}, emf: {namespace: App}}", {"{}"}),
            R"({"n":1,"_aws":{"Timestamp":0,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[[]],)"
            R"("Metrics":[{"Name":"n","Unit":"Count"}]}]}})");
}

TEST_F(Metric, EmfJoinsWhatIsThere) {
  const std::string once = apply("{name: a, emf: {namespace: App}}",
                                 {R"({"_aws":{"Timestamp":5,"CloudWatchMetrics":[{"Namespace":"Own"}]}})"});
  EXPECT_EQ(once,
            R"({"_aws":{"Timestamp":5,"CloudWatchMetrics":[{"Namespace":"Own"},{"Namespace":"App","Dimensions":[[]],)"
            R"("Metrics":[{"Name":"a","Unit":"Count"}]}]},"a":1})");
  EXPECT_EQ(apply("{name: b, value: v, emf: {namespace: App}}", {R"({"v":2,"b":2})"}),
            R"({"v":2,"b":2,"_aws":{"Timestamp":0,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[[]],)"
            R"("Metrics":[{"Name":"b","Unit":"None"}]}]}})");
}

TEST_F(Metric, EmfTakesNobodysPlace) {
  const char* yaml = "{name: n, labels: {status: http.status}, emf: {namespace: App}}";
  for (const char* record : {R"({"status":200,"http":{"status":200}})", R"({"n":"x"})", R"({"n":2})", R"({"_aws":1})",
                             R"({"_aws":{"CloudWatchMetrics":{}}})"}) {
    EXPECT_EQ(apply(yaml, {record}), record);
  }
  EXPECT_EQ(errors("emf_taken"), 5U);
  EXPECT_THAT(page(), AllOf(HasSubstr("n{status=\"200\"} 1\n"), HasSubstr("n{status=\"\"} 4\n")));
}

TEST_F(Metric, EmfHasBounds) {
  const std::string long_value = "{\"a\":{\"u\":\"" + std::string(1025, 'x') + "\"}}";
  const char* yaml = "{name: n, labels: {u: a.u}, labels_max: 1, emf: {namespace: App}}";
  EXPECT_EQ(apply(yaml, {long_value.c_str()}), long_value);
  EXPECT_EQ(errors("emf_dimension"), 1U);
  EXPECT_EQ(apply(yaml, {R"({"a":{"u":"other one"}})"}), R"({"a":{"u":"other one"}})");
  EXPECT_EQ(errors("labels_max"), 1U);
}

// --- Configuration ---

std::string problems(const std::string& yaml) {
  return transforms::problems_of(step_type, yaml);
}

TEST_F(Metric, ChecksItsConfiguration) {
  EXPECT_THAT(problems("{}"), HasSubstr("the key `name` is missing"));
  EXPECT_THAT(problems("{name: a-b}"), HasSubstr("test:1:8: error: name: not the name of a metric"));
  EXPECT_THAT(problems("{name: towline_x}"), HasSubstr("towline's own"));
  EXPECT_THAT(problems("{name: process_x}"), HasSubstr("towline's own"));
  EXPECT_THAT(problems("{name: a, labels: {b-c: x}}"), HasSubstr("not the name of a label"));
  EXPECT_THAT(problems("{name: a, labels: {le: x}}"), HasSubstr("not the name of a label"));
  EXPECT_THAT(problems("{name: a, labels: {b: 'x.*'}}"), HasSubstr("can't be found by `*`"));
  EXPECT_THAT(problems("{name: a, labels: {b: '{x'}}"), HasSubstr("not a template"));
  EXPECT_NE(problems("{name: a, labels: {b: 'x..y'}}"), "");
  EXPECT_NE(problems("{name: a, labels: {b: x, b: y}}"), "");
  EXPECT_THAT(
      problems("{name: a, labels: {a1: x, a2: x, a3: x, a4: x, a5: x, a6: x, a7: x, a8: x, a9: x, b1: x, b2: x, "
               "b3: x, b4: x, b5: x, b6: x, b7: x, b8: x}}"),
      HasSubstr("more than 16 labels"));
  EXPECT_THAT(problems("{name: a, labels_max: 0}"), HasSubstr("must be 1 to 10000"));
  EXPECT_THAT(problems("{name: a, type: summary}"), HasSubstr("histogram"));
  EXPECT_NE(problems("{name: a, when: '{ $.a'}"), "");
  EXPECT_THAT(problems("{name: a, value: 'x.*'}"), HasSubstr("`value` can't be found"));
  EXPECT_THAT(problems("{name: a, type: gauge}"), HasSubstr("need a `value`"));
}

TEST_F(Metric, ChecksBuckets) {
  EXPECT_THAT(problems("{name: a, type: histogram, value: v}"), HasSubstr("needs `buckets`"));
  EXPECT_THAT(problems("{name: a, type: histogram, value: v, buckets: [1, 1]}"), HasSubstr("become larger"));
  EXPECT_THAT(problems("{name: a, type: histogram, value: v, buckets: [2, 1]}"), HasSubstr("become larger"));
  EXPECT_NE(problems("{name: a, type: histogram, value: v, buckets: [1, inf]}"), "");
  EXPECT_THAT(problems("{name: a, buckets: [1]}"), HasSubstr("`buckets` are for a histogram"));
  EXPECT_EQ(problems("{name: a, type: histogram, value: v, buckets: [-1, 0, 1e3]}"), "");
}

TEST_F(Metric, ChecksEmf) {
  EXPECT_THAT(problems("{name: a, emf: {}}"), HasSubstr("`namespace` is missing"));
  EXPECT_THAT(problems("{name: a, emf: {namespace: 'a b'}}"), HasSubstr("1 to 255 letters"));
  EXPECT_THAT(problems("{name: a, emf: {namespace: AWS/EC2}}"), HasSubstr("reserved"));
  EXPECT_THAT(problems("{name: a, emf: {namespace: A, unit: Furlongs}}"), HasSubstr("no unit `Furlongs`"));
  EXPECT_THAT(problems("{name: a, labels: {a: x}, emf: {namespace: A}}"), HasSubstr("the name of the metric"));
  EXPECT_EQ(problems("{name: a, emf: {namespace: A/b, unit: Count/Second}}"), "");
}

// What check_all() says about steps, each "transform yaml" or "transform redact".
class Together {
 public:
  std::string check(std::initializer_list<std::pair<const char*, const char*>> steps) {
    static const component::StepType redact{"redact", "", nullptr, nullptr};
    std::vector<std::shared_ptr<const void>> configs;
    std::vector<component::PlacedStep> placed;
    std::map<std::string, std::size_t> indexes;
    config::Problems problems("test");
    for (const auto& [transform, yaml] : steps) {
      const auto line = static_cast<std::uint32_t>(placed.size() + 1);
      const bool is_metric = std::string_view(yaml) != "redact";
      configs.push_back(is_metric ? parse(yaml, problems) : nullptr);
      placed.push_back(
          {transform, indexes[transform]++, is_metric ? &step_type : &redact, configs.back().get(), {line, 1}});
    }
    EXPECT_TRUE(problems.empty()) << problems.text();
    step_type.hooks.check(placed, problems);
    return problems.text();
  }

 private:
  static std::shared_ptr<const void> parse(const char* yaml, config::Problems& problems) {
    const auto node = config::parse_yaml(
        yaml, [](std::string_view) { return std::nullopt; }, problems);
    return step_type.schema->parse_shared(*node, problems);
  }
};

TEST(MetricTogether, ANameIsOneThing) {
  const char* histogram = "{name: n, type: histogram, value: v, buckets: [1, 2], labels: {a: x, b: y}}";
  EXPECT_EQ(Together().check({{"t", histogram},
                              {"u",
                               "{name: n, type: histogram, value: w, buckets: [1, 2], labels: {b: q, a: p}, "
                               "help: other, when: '{ $.a = 1 }'}"}}),
            "");
  for (const char* other :
       {"{name: n, labels: {a: x, b: y}}",
        "{name: n, type: histogram, value: v, buckets: [1, 3], labels: {a: x, b: y}}",
        "{name: n, type: histogram, value: v, buckets: [1, 2], labels: {a: x}}",
        "{name: n, type: histogram, value: v, buckets: [1, 2], labels: {a: x, b: y}, labels_max: 5}"}) {
    EXPECT_EQ(Together().check({{"t", histogram}, {"t", other}}),
              "test:2:1: error: transforms.t.steps[1].metric: the metric `n` is something else on line 1\n"
              "  hint: steps may share a name only with the same type, labels, buckets and labels_max\n")
        << other;
  }
}

TEST(MetricTogether, AHistogramTakesMoreNames) {
  for (const char* other : {"{name: n_bucket}", "{name: n_sum}", "{name: n_count}"}) {
    const char* histogram = "{name: n, type: histogram, value: v, buckets: [1]}";
    EXPECT_THAT(Together().check({{"t", histogram}, {"t", other}}), HasSubstr("in each other's way")) << other;
    EXPECT_THAT(Together().check({{"t", other}, {"t", histogram}}), HasSubstr("in each other's way")) << other;
  }
  EXPECT_EQ(Together().check({{"t", "{name: n}"}, {"t", "{name: n_count}"}}), "");
}

TEST(MetricTogether, LabelsAreReadAfterRedaction) {
  EXPECT_THAT(Together().check({{"t", "{name: n, labels: {a: x}}"}, {"t", "redact"}}),
              HasSubstr("transforms.t.steps[0].metric: its labels would show on /metrics"));
  EXPECT_EQ(Together().check({{"t", "redact"}, {"t", "{name: n, labels: {a: x}}"}}), "");
  EXPECT_EQ(Together().check({{"t", "{name: n}"}, {"t", "redact"}}), "");
  EXPECT_EQ(Together().check({{"t", "{name: n, labels: {a: x}}"}, {"u", "redact"}}), "");
}

}  // namespace
}  // namespace towline::metric
