#include "transforms/parse_timestamp/parse_timestamp.hpp"

#include <gtest/gtest.h>

#include "record/limits.hpp"
#include "transforms/step_test_support.hpp"
#include "transforms/timed_step_test_support.hpp"

namespace towline::parse_timestamp {
namespace {

using telemetry::MetricId;
using transforms::noon;
using transforms::pass;
using namespace std::chrono_literals;

std::string parse(const std::string& yaml, const std::string& json, WallTime received = noon) {
  return pass(*transforms::make_step(step_type, yaml), json, received).value_or("filtered");
}

TEST(ParseTimestamp, TheTargetTakesThePlaceOfTheField) {
  EXPECT_EQ(parse("{}", R"({"a":1, "timestamp" : "2026-11-20 11:59:58,123","b":2})"),
            R"({"a":1, "dt" : "2026-11-20T11:59:58.123Z","b":2})");
  EXPECT_EQ(parse("{}", R"({"timestamp":1795175998.000000001})"), R"({"dt":"2026-11-20T11:59:58.000000001Z"})");
  EXPECT_EQ(parse("{}", R"({"dt":"old","timestamp":1795175998,"dt":0})"), R"({"dt":"2026-11-20T11:59:58Z"})");
  EXPECT_EQ(parse("{field: t.at, target: t.dt}", R"({"t":{"dt":1,"at":"2026-11-20T12:00:00Z"}})"),
            R"({"t":{"dt":"2026-11-20T12:00:00Z"}})");
}

TEST(ParseTimestamp, TheTargetMayBeElsewhere) {
  EXPECT_EQ(parse("{field: meta.time}", R"({"meta":{"time":1795175998,"x":1},"a":1})"),
            R"({"meta":{"x":1},"a":1,"dt":"2026-11-20T11:59:58Z"})");
  EXPECT_EQ(parse("{target: event.created}", R"({"timestamp":1795175998})"),
            R"({"event":{"created":"2026-11-20T11:59:58Z"}})");
  EXPECT_EQ(parse("{field: times.1}", R"({"times":[0,1795175998,2]})"),
            R"({"times":[0,2],"dt":"2026-11-20T11:59:58Z"})");
}

TEST(ParseTimestamp, TheOriginalMayStay) {
  EXPECT_EQ(parse("{keep_original: true}", R"({"timestamp":1795175998})"),
            R"({"timestamp":1795175998,"dt":"2026-11-20T11:59:58Z"})");
  EXPECT_EQ(parse("{keep_original: true}", R"({"dt":1,"timestamp":1795175998})"),
            R"({"dt":"2026-11-20T11:59:58Z","timestamp":1795175998})");
}

TEST(ParseTimestamp, FieldAndTargetMayBeTheSame) {
  EXPECT_EQ(parse("{field: dt}", R"({"dt": 1795175998 ,"a":1})"), R"({"dt": "2026-11-20T11:59:58Z" ,"a":1})");
  const std::string right = R"({ "dt": "2026-11-20T11:59:58.120Z" })";
  EXPECT_EQ(parse("{field: dt}", right), right);
}

TEST(ParseTimestamp, OfSeveralTheLastOneCounts) {
  EXPECT_EQ(parse("{}", R"({"timestamp":"x","a":1,"timestamp":1795175998})"), R"({"a":1,"dt":"2026-11-20T11:59:58Z"})");
  EXPECT_EQ(parse("{field: dt}", R"({"dt":"x","dt":1795175998})"),
            R"({"dt":"2026-11-20T11:59:58Z","dt":"2026-11-20T11:59:58Z"})");
  EXPECT_EQ(parse("{field: o.t, target: o.dt}", R"({"o":{"t":"x"},"o":{"t":1795175998}})"),
            R"({"o":{"dt":"2026-11-20T11:59:58Z"},"o":{}})");
}

TEST(ParseTimestamp, WhatCanNotBeReadStaysAndIsSaid) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  EXPECT_EQ(pass(*step, R"({"timestamp":"soon","a":1})"),
            R"({"timestamp":"soon","a":1,"dt":"2026-11-20T12:00:00Z","towline":{"time_error":"unknown_form"}})");
  EXPECT_EQ(pass(*step, R"({"timestamp":"03/04/2026","dt":"old"})"),
            R"({"timestamp":"03/04/2026","dt":"2026-11-20T12:00:00Z","towline":{"time_error":"ambiguous"}})");
  EXPECT_EQ(pass(*step, R"({"timestamp":{"s":1},"towline":{"error":"x","time_error":"y"}})"),
            R"({"timestamp":{"s":1},"towline":{"error":"x","time_error":"wrong_type"},"dt":"2026-11-20T12:00:00Z"})");
  EXPECT_EQ(pass(*step, R"({"timestamp":null,"towline":"taken"})"),
            R"({"timestamp":null,"towline":{"time_error":"wrong_type"},"dt":"2026-11-20T12:00:00Z"})");
  const auto errors = [&](std::string_view reason) {
    return surroundings.metrics.sum(MetricId::step_errors, {"test", "1_parse_timestamp", reason});
  };
  EXPECT_EQ(errors("unknown_form"), 1U);
  EXPECT_EQ(errors("ambiguous"), 1U);
  EXPECT_EQ(errors("wrong_type"), 2U);
  EXPECT_EQ(errors(""), 4U);
}

TEST(ParseTimestamp, WhatIsReplacedInItsOwnPlaceIsKeptBeside) {
  EXPECT_EQ(parse("{field: dt}", R"({"dt":"soon","a":1})"),
            R"({"dt":"2026-11-20T12:00:00Z","a":1,"towline":{"time_original":"soon","time_error":"unknown_form"}})");
  EXPECT_EQ(parse("{field: dt}", R"({"dt":[{"x":1}]})"),
            R"({"dt":"2026-11-20T12:00:00Z","towline":{"time_original":[{"x":1}],"time_error":"wrong_type"}})");
}

TEST(ParseTimestamp, WhatIsInTheWayOfItsTargetIsKeptBeside) {
  EXPECT_EQ(parse("{field: dt.raw}", R"({"dt":{"raw":"soon"}})"),
            R"({"dt":"2026-11-20T12:00:00Z","towline":{"time_original":"soon","time_error":"unknown_form"}})");
  EXPECT_EQ(parse("{field: t, target: t.dt}", R"({"t":"soon"})"),
            R"({"t":{"dt":"2026-11-20T12:00:00Z"},"towline":{"time_original":"soon","time_error":"unknown_form"}})");
  EXPECT_EQ(parse("{field: t, target: t.dt}", R"({"t":1795175998})"), R"({"t":{"dt":"2026-11-20T11:59:58Z"}})");
}

TEST(ParseTimestamp, AnOriginalThatIsTooDeepToBeKeptBesideIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{field: dt}", surroundings);
  const std::size_t arrays = record::depth_max - 1;
  const std::string deep = std::string(arrays, '[') + std::string(arrays, ']');
  EXPECT_EQ(pass(*step, R"({"dt":)" + deep + "}"),
            R"({"dt":"2026-11-20T12:00:00Z","towline":{"time_error":"wrong_type"}})");
  EXPECT_EQ(surroundings.metrics.sum(MetricId::step_errors, {"test", "1_parse_timestamp", "limit"}), 1U);
}

TEST(ParseTimestamp, AbsurdTimesAreNotBelieved) {
  const std::string limits = "{past: 1h, future: 10s, keep_original: true}";
  const auto error = [&](const std::string& time) {
    const std::string out = parse(limits, R"({"timestamp":")" + time + "\"}");
    const std::size_t at = out.find("time_error\":\"");
    return at == std::string::npos ? "" : out.substr(at + 13, out.find('"', at + 13) - at - 13);
  };
  EXPECT_EQ(error("2026-11-20T11:00:00Z"), "");
  EXPECT_EQ(error("2026-11-20T10:59:59.999999999Z"), "too_old");
  EXPECT_EQ(error("2026-11-20T12:00:10.9Z"), "");
  EXPECT_EQ(error("2026-11-20T12:00:11Z"), "in_future");
  EXPECT_EQ(error("1678-01-01T00:00:00Z"), "too_old");
  EXPECT_EQ(error("2261-01-01T00:00:00Z"), "in_future");
  EXPECT_EQ(parse("{past: off, future: off}", R"({"timestamp":"1678-01-01T00:00:00Z"})"),
            R"({"dt":"1678-01-01T00:00:00Z"})");
  EXPECT_EQ(parse("{past: off, future: off}", R"({"timestamp":"2261-12-31T00:00:00Z"})"),
            R"({"dt":"2261-12-31T00:00:00Z"})");
  EXPECT_NE(parse("{}", R"({"timestamp":"2016-11-20T00:00:00Z"})").find("too_old"), std::string::npos);
  EXPECT_NE(parse("{}", R"({"timestamp":"2026-11-21T13:00:00Z"})").find("in_future"), std::string::npos);
}

TEST(ParseTimestamp, ARecordWithoutTheFieldIsLeftAlone) {
  for (const std::string json : {R"({"a":1})", R"({"dt":"there"})", R"({"timestamps":1})"})
    EXPECT_EQ(parse("{}", json), json);
}

TEST(ParseTimestamp, FormatsAndZone) {
  EXPECT_EQ(parse(R"({formats: ["%d.%m.%Y %H:%M"], zone: "-05:00"})", R"({"timestamp":"20.11.2026 06:30"})"),
            R"({"dt":"2026-11-20T11:30:00Z"})");
  EXPECT_EQ(parse("{formats: [epoch_us], past: off}", R"({"timestamp":"1"})"),
            R"({"dt":"1970-01-01T00:00:00.000001Z"})");
  EXPECT_NE(parse("{formats: [epoch_us]}", R"({"timestamp":"2026-11-20"})").find("unknown_form"), std::string::npos);
}

TEST(ParseTimestamp, APlaceInAListThatIsNotThereIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{target: list.5}", surroundings);
  const std::string json = R"({"list":[0],"timestamp":1795175998})";
  EXPECT_EQ(pass(*step, json), json);
  EXPECT_EQ(surroundings.metrics.sum(MetricId::step_errors, {"test", "1_parse_timestamp", "no_place"}), 1U);
}

TEST(ParseTimestamp, TheSkewOfTheLastMinutesIsShown) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{past: 1h}", surroundings);
  const auto skew = [&](std::string_view direction) {
    return surroundings.metrics.sum(MetricId::clock_skew, {"test", "1_parse_timestamp", direction});
  };
  const std::string at_noon = R"({"timestamp":"2026-11-20T12:00:00Z"})";
  pass(*step, at_noon, noon + 200ms);
  pass(*step, at_noon, noon + 1500ms);
  pass(*step, at_noon, noon + 1000ms);
  EXPECT_EQ(skew("behind"), 1500U);
  EXPECT_EQ(skew("ahead"), 0U);
  pass(*step, R"({"timestamp":"2026-11-20T12:00:02.250Z"})", noon + 2s);
  EXPECT_EQ(skew("ahead"), 250U);
  pass(*step, R"({"timestamp":"2026-11-20T09:00:00Z"})", noon + 3s);
  EXPECT_EQ(skew("behind"), 1500U) << "what isn't believed doesn't count";

  pass(*step, R"({"timestamp":"2026-11-20T12:01:30Z"})", noon + 90s);
  EXPECT_EQ(skew("behind"), 1500U) << "of the window before";
  pass(*step, R"({"timestamp":"2026-11-20T12:02:40Z"})", noon + 160s + 7ms);
  EXPECT_EQ(skew("behind"), 7U);
  EXPECT_EQ(skew("ahead"), 0U);
  pass(*step, at_noon, noon + 30s);
  EXPECT_EQ(skew("behind"), 30'000U) << "the clock was set back";
}

TEST(ParseTimestamp, AHugeDifferenceOverflowsNothing) {
  const auto step = transforms::make_step(step_type, "{past: off, future: off}");
  EXPECT_EQ(
      pass(*step, R"({"timestamp":"1678-01-01"})", WallTime(std::chrono::sys_days(std::chrono::year{2261} / 12 / 31))),
      R"({"dt":"1678-01-01T00:00:00Z"})");
}

TEST(ParseTimestamp, ChecksItsConfiguration) {
  const auto problems = [](const std::string& yaml) { return transforms::problems_of(step_type, yaml); };
  EXPECT_EQ(problems("{field: a.b, formats: [clf, '%F %T'], zone: -0800, past: 1d, future: off}"), "");
  EXPECT_EQ(problems("{zone: UTC}") + problems("{zone: Z}") + problems("{zone: EST}"), "");
  EXPECT_NE(problems("{field: a.*}").find("test:1:9: error: field: must be the path of one field"), std::string::npos);
  EXPECT_NE(problems("{zone: Europe/Paris}").find("expected `UTC` or an offset"), std::string::npos);
  EXPECT_NE(problems("{zone: ''}").find("expected `UTC` or an offset"), std::string::npos);
  EXPECT_NE(problems("{field: dt, keep_original: true}").find("the target must be another field"), std::string::npos);
  EXPECT_NE(problems("{field: dt.raw, keep_original: true}").find("must be another field"), std::string::npos);
  EXPECT_NE(problems("{formats: []}").find("must be 1 to 32 forms"), std::string::npos);
  EXPECT_NE(problems("{formats: iso8601}").find("expected a list of forms"), std::string::npos);
  EXPECT_NE(problems("{formats: [iso8602]}").find("did you mean `iso8601`?"), std::string::npos);
  EXPECT_NE(
      problems("{formats: [clf, '%F %Q']}").find("test:1:17: error: formats: not a pattern for times: column 4: `%Q`"),
      std::string::npos)
      << problems("{formats: [clf, '%F %Q']}");
  EXPECT_NE(problems("{formats: [[a]]}"), "");
  EXPECT_NE(problems("{past: 5}"), "");
  EXPECT_NE(problems("{formats: ['" + std::string(300, '%') + "']}").find("at most 256 bytes"), std::string::npos);
}

TEST(ParseTimestamp, ShowsItsDefaults) {
  EXPECT_EQ(config::Value<TimeFormats>::print({}), "[iso8601, rfc2822, clf, asctime, syslog, epoch]");
  EXPECT_EQ(config::Value<Zone>::print({}), "UTC");
}

}  // namespace
}  // namespace towline::parse_timestamp
