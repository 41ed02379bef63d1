#include "transforms/enrich/enrich.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transforms/step_test_support.hpp"

namespace towline::enrich {
namespace {

using testing::HasSubstr;

class Enrich : public testing::Test {
 protected:
  Enrich() {
    surroundings_.facts.set("host.name", "ip-10-0-0-1");
    surroundings_.facts.set("host.arch", "x86_64");
    surroundings_.facts.set("ecs.cluster", "prod");
    surroundings_.facts.set("ecs.task_id", "15\"8");
    surroundings_.facts.set("ec2.region", "eu-central-1");
  }
  std::string enrich(const std::string& yaml, const std::string& json) {
    return transforms::apply_step(*transforms::make_step(step_type, yaml, surroundings_), json);
  }

  transforms::Surroundings surroundings_;
};

TEST_F(Enrich, AddsTagsAtTheEnd) {
  EXPECT_EQ(enrich("{tags: {environment: prod, team.name: x, n: 1.50, on: true, s: '1'}}", R"({"a":1 })"),
            R"({"a":1,"environment":"prod","n":1.50,"on":true,"s":"1","team":{"name":"x"}})");
  EXPECT_EQ(enrich("{tags: {a.b: 1, a.c: 2}}", R"({"a":{"x":0}})"), R"({"a":{"x":0,"b":1,"c":2}})");
}

TEST_F(Enrich, AddsTheFactsThatAreWanted) {
  EXPECT_EQ(enrich("{host: true}", "{}"), R"({"host":{"arch":"x86_64","name":"ip-10-0-0-1"}})");
  EXPECT_EQ(enrich("{ecs: true, ec2: true}", "{}"),
            R"({"ec2":{"region":"eu-central-1"},"ecs":{"cluster":"prod","task_id":"15\"8"}})");
  EXPECT_EQ(enrich("{}", R"({"a":1})"), R"({"a":1})");
}

TEST_F(Enrich, WhatIsNotKnownIsNotThere) {
  surroundings_.facts = Facts();
  EXPECT_EQ(enrich("{host: true, ecs: true, ec2: true}", "{}"), "{}");
}

TEST_F(Enrich, PutsAllOfItBelowTheTarget) {
  EXPECT_EQ(enrich("{tags: {env: prod}, ec2: true, target: meta.cloud}", R"({"meta":{"v":1}})"),
            R"({"meta":{"v":1,"cloud":{"env":"prod","ec2":{"region":"eu-central-1"}}}})");
}

TEST_F(Enrich, WhatIsThereStays) {
  EXPECT_EQ(enrich("{tags: {env: prod, a.b: 1}}", R"({"env":null,"a":{"b":"old","\u0062":0}})"),
            R"({"env":null,"a":{"b":"old","\u0062":0}})");
  EXPECT_EQ(enrich("{host: true}", R"({"host":{"name":"mine"}})"), R"({"host":{"name":"mine","arch":"x86_64"}})");
  for (const char* record : {R"({"host":"web-1"})", R"({"host":[{"name":1}]})", R"({"host":null})"})
    EXPECT_EQ(enrich("{host: true}", record), record);
}

TEST_F(Enrich, OverwriteReplacesWhatIsThere) {
  EXPECT_EQ(enrich("{tags: {env: prod}, overwrite: true}", R"({"env":1,"z":2,"\u0065nv":{}})"),
            R"({"env":"prod","z":2,"\u0065nv":"prod"})");
  EXPECT_EQ(enrich("{host: true, overwrite: true}", R"({"host":"web-1"})"),
            R"({"host":{"arch":"x86_64","name":"ip-10-0-0-1"}})");
}

TEST_F(Enrich, ATagWinsOverAFact) {
  for (const char* overwrite : {"true", "false"}) {
    EXPECT_EQ(enrich(std::string("{tags: {host.name: mine}, host: true, overwrite: ") + overwrite + "}", "{}"),
              R"({"host":{"name":"mine","arch":"x86_64"}})");
  }
}

TEST_F(Enrich, TwiceIsOnce) {
  const auto step = transforms::make_step(step_type, "{tags: {env: prod}, host: true}", surroundings_);
  const std::string once = transforms::apply_step(*step, R"({"a":1})");
  EXPECT_EQ(transforms::apply_step(*step, once), once);
}

TEST_F(Enrich, SaysWhichFactsItReads) {
  EnrichConfig config;
  config.ecs = true;
  EXPECT_TRUE(step_type.hooks.reads_facts(&config, "ecs"));
  EXPECT_FALSE(step_type.hooks.reads_facts(&config, "ec2"));
}

TEST_F(Enrich, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{tags: {a: [1]}}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{tags: {a.*: 1}}"), HasSubstr("can't be found by `*`"));
  EXPECT_NE(transforms::problems_of(step_type, "{tags: {a: 1, a: 2}}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{target: 'a.*'}"), HasSubstr("`target` can't be found"));
  EXPECT_THAT(transforms::problems_of(step_type, "{tags: {host: x}, host: true}"),
              HasSubstr("the tag `host` takes the place"));
  EXPECT_EQ(transforms::problems_of(step_type, "{tags: {host: x}}"), "");
  EXPECT_NE(transforms::problems_of(step_type, "{hosts: true}"), "");
  std::string deep = "a";
  for (int i = 1; i < 30; ++i) deep += ".a";
  EXPECT_EQ(transforms::problems_of(step_type, "{host: true, tags: {x.y: 1}, target: " + deep + "}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{host: true, target: " + deep + ".a}"),
              HasSubstr("more than 32 levels together"));
  EXPECT_THAT(transforms::problems_of(step_type, "{tags: {x.y.z: 1}, target: " + deep + "}"),
              HasSubstr("more than 32 levels together"));
}

}  // namespace
}  // namespace towline::enrich
