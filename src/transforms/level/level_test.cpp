#include "transforms/level/level.hpp"

#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::level {
namespace {

std::string level(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

TEST(Level, HasOneForm) {
  EXPECT_EQ(level("{}", R"({"a":1,"level" : "warning"})"), R"({"a":1,"level" : "WARN"})");
  EXPECT_EQ(level("{}", R"({"level":"\u0065rr"})"), R"({"level":"ERROR"})");
  EXPECT_EQ(level("{style: lower}", R"({"level":"CRITICAL"})"), R"({"level":"fatal"})");
  EXPECT_EQ(level("{}", R"({"level":"debug","level":"[Info]"})"), R"({"level":"INFO","level":"INFO"})");
  const std::string right = R"({ "level" :"INFO" })";
  EXPECT_EQ(level("{}", right), right);
}

TEST(Level, MayGetAnotherName) {
  EXPECT_EQ(level("{field: severity}", R"({"severity":"E","level":1,"a":2})"), R"({"level":"ERROR","a":2})");
  EXPECT_EQ(level("{field: log.severity}", R"({"log":{"severity":"E"}})"), R"({"log":{},"level":"ERROR"})");
  EXPECT_EQ(level("{field: severity, target: log.level, keep_original: true}", R"({"severity":"E"})"),
            R"({"severity":"E","log":{"level":"ERROR"}})");
}

TEST(Level, FieldAndTargetMayBeInsideOfEachOther) {
  EXPECT_EQ(level("{field: level.name}", R"({"level":{"name":"info","value":30}})"), R"({"level":"INFO"})");
  EXPECT_EQ(level("{target: level.name}", R"({"level":"info"})"), R"({"level":{"name":"INFO"}})");
}

TEST(Level, NumbersOnlyWhereTheirMeaningIsSaid) {
  EXPECT_EQ(level("{numbers: pino}", R"({"level":30})"), R"({"level":"INFO"})");
  EXPECT_EQ(level("{numbers: python}", R"({"level":"30"})"), R"({"level":"WARN"})");
  EXPECT_EQ(level("{numbers: syslog}", R"({"level":"warning"})"), R"({"level":"WARN"})")
      << "names are known all the same";
  EXPECT_EQ(level("{}", R"({"level":30})"), R"({"level":30})");
}

TEST(Level, OwnNamesComeFirst) {
  const std::string names = "{names: {verbose: debug, Audit Trail: WARNING, '35': error}, numbers: pino}";
  EXPECT_EQ(level(names, R"({"level":"VERBOSE"})"), R"({"level":"DEBUG"})");
  EXPECT_EQ(level(names, R"({"level":"audit trail"})"), R"({"level":"WARN"})");
  EXPECT_EQ(level(names, R"({"level":35})"), R"({"level":"ERROR"})");
  EXPECT_EQ(level(names, R"({"level":36})"), R"({"level":"INFO"})");
}

TEST(Level, ADefaultIsForRecordsWithoutOne) {
  EXPECT_EQ(level("{default: info}", R"({"a":1})"), R"({"a":1,"level":"INFO"})");
  EXPECT_EQ(level("{default: info}", R"({"level":null})"), R"({"level":"INFO"})");
  EXPECT_EQ(level("{default: info}", R"({"level":"odd"})"), R"({"level":"odd"})");
  EXPECT_EQ(level("{default: info, field: severity}", R"({"level":"odd"})"), R"({"level":"odd"})");
  EXPECT_EQ(level("{}", R"({"a":1})"), R"({"a":1})");
}

TEST(Level, WhatIsNotKnownStaysAndIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{field: severity, numbers: syslog}", surroundings);
  const std::vector<std::string> values{
      R"("odd")", R"("")", "8", "3.0", "true", "{}", R"(["error"])", "\"" + std::string(1000, ' ') + "error\""};
  for (const std::string& value : values) {
    const std::string json = "{\"severity\":" + value + "}";
    EXPECT_EQ(transforms::apply_step(*step, json), json);
  }
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_level", "unknown_level"}), 8U);
}

TEST(Level, APlaceInAListThatIsNotThereIsCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{field: severity, target: l.3, default: info}", surroundings);
  for (const std::string json : {R"({"l":[],"severity":"E"})", R"({"l":[]})"})
    EXPECT_EQ(transforms::apply_step(*step, json), json);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::step_errors, {"test", "1_level", "no_place"}), 2U);
}

TEST(Level, ChecksItsConfiguration) {
  const auto problems = [](const std::string& yaml) { return transforms::problems_of(step_type, yaml); };
  EXPECT_EQ(problems("{field: a.b, style: lower, numbers: otel, names: {x: fatal}, default: warning}"), "");
  EXPECT_NE(problems("{default: loud}").find("test:1:11: error: default: expected a level, not `loud`"),
            std::string::npos);
  EXPECT_NE(problems("{names: {x: loud}}").find("test:1:13: error: names.x: expected a level"), std::string::npos);
  EXPECT_NE(problems("{names: {'': info}}").find("1 to 64 bytes"), std::string::npos);
  EXPECT_NE(problems("{default: [info]}").find("expected a level"), std::string::npos);
  EXPECT_NE(problems("{keep_original: true}").find("the target must be another field"), std::string::npos);
  EXPECT_NE(problems("{style: title}"), "");
  EXPECT_NE(problems("{numbers: 5}"), "");
  EXPECT_NE(problems("{target: '*'}").find("without `*`"), std::string::npos);
}

}  // namespace
}  // namespace towline::level
