#include "app/facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "app/config.hpp"
#include "app/fake_components.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;

config::Environment nothing_set() {
  return [](std::string_view) { return std::nullopt; };
}

std::optional<RootConfig> load(const std::string& steps, const component::Registry& registry,
                               config::Problems& problems) {
  const std::string text =
      "sources: { a: { type: tcp, listen: ':1' } }\ntransforms:\n  t:\n    inputs: [a]\n    steps: " + steps +
      "\nsinks: { out: { type: remote, inputs: [t], token: x } }\n";
  return load_config(text, nothing_set(), registry, problems);
}

FactGroups groups(const std::string& steps, const component::Registry& registry = fake::registry()) {
  config::Problems problems("test");
  const std::optional<RootConfig> config = load(steps, registry, problems);
  EXPECT_TRUE(config) << problems.text();
  return config ? config->facts : FactGroups{};
}

TEST(Facts, TheHostIsAlwaysKnown) {
  std::array<char, 256> name{};
  ASSERT_EQ(gethostname(name.data(), name.size()), 0);
  const Facts facts = gather_facts({}, nothing_set());
  ASSERT_NE(facts.find("host.name"), nullptr);
  EXPECT_EQ(*facts.find("host.name"), name.data());
  EXPECT_NE(facts.find("host.arch"), nullptr);
  EXPECT_EQ(facts.all().size(), 2U);
}

TEST(Facts, OthersAreAskedForOnlyWhereTheyAreNamed) {
  EXPECT_FALSE(groups("[{rename: {a: 'ecs.task_id', b: ec2.region}}]").ecs);
  const FactGroups ecs = groups("[{rename: {a: 'x-{ecs.task_id}'}}]");
  EXPECT_TRUE(ecs.ecs);
  EXPECT_FALSE(ecs.ec2);
  EXPECT_TRUE(groups("[{redact: {fields: [a, 'in-{ec2.region}']}}]").ec2);
}

TEST(Facts, AStepMayReadThemWithoutNamingThem) {
  component::StepType reading = *fake::registry().steps[0];
  reading.hooks.reads_facts = [](const void*, std::string_view group) { return group == "ec2"; };
  component::Registry registry = fake::registry();
  registry.steps[0] = &reading;
  EXPECT_TRUE(groups("[{rename: {a: b}}]", registry).ec2);
  EXPECT_FALSE(groups("[{rename: {a: b}}]", registry).ecs);
  EXPECT_FALSE(groups("[{redact: {}}]", registry).ec2);
}

// Where the check of a step type is called, and what it sees.
TEST(Steps, AreLookedAtTogether) {
  component::StepType checking = *fake::registry().steps[1];
  checking.hooks.check = [](std::span<const component::PlacedStep> all, config::Problems& problems) {
    for (const component::PlacedStep& step : all) {
      const std::string place = std::string(step.transform) + "/" + std::to_string(step.index);
      if (step.type->name == "redact") problems.add(step.mark, place + " is not wanted");
    }
  };
  component::Registry registry = fake::registry();
  registry.steps[1] = &checking;
  config::Problems problems("test");
  EXPECT_FALSE(load("[{rename: {a: b}}, {redact: {}}]", registry, problems));
  EXPECT_THAT(problems.text(), HasSubstr("test:5:32: error: t/1 is not wanted"));
}

}  // namespace
}  // namespace towline::app
