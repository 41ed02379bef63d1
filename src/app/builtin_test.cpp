#include "app/builtin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/components.hpp"
#include "app/config.hpp"
#include "app/fake_components.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;
using Variables = std::map<std::string, std::string, std::less<>>;

std::string destination(const Variables& variables) {
  const Result<std::string> result = builtin_destination(fake::environment(variables));
  return result ? *result : "error: " + result.error().message;
}

std::optional<RootConfig> load(const Variables& variables, config::Problems& problems) {
  const config::Environment environment = fake::environment(variables);
  return load_config(builtin_config(*builtin_destination(environment), environment), environment, all_components(),
                     problems);
}

TEST(Builtin, TheEnvironmentChoosesTheDestination) {
  EXPECT_EQ(destination({}), "console");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", ""}, {"LOG_DESTINATION", ""}}), "console");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", "t"}}), "betterstack");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", "t"}, {"LOG_DESTINATION", "console"}}), "console");
  EXPECT_EQ(destination({{"LOG_DESTINATION", "betterstack"}}), "betterstack");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", "t"}, {"LOG_DESTINATION", "cloudwatch"}}), "cloudwatch");
  EXPECT_EQ(destination({{"LOG_DESTINATION", "both"}}), "both");
  EXPECT_EQ(destination({{"LOG_DESTINATION", "Console"}}),
            "error: LOG_DESTINATION is `Console`; known: betterstack, cloudwatch, both, console");
}

TEST(Builtin, WithoutAnyVariableItHasTheDefaults) {
  config::Problems problems{std::string(builtin_name)};
  const auto config = load({}, problems);
  ASSERT_TRUE(config) << problems.text();
  const Settings defaults;
  EXPECT_FALSE(config->settings.data_dir);
  EXPECT_EQ(config->settings.memory, defaults.memory);
  EXPECT_EQ(config->settings.admin.listen, defaults.admin.listen);
  ASSERT_EQ(config->sources.size(), 2U);
  EXPECT_EQ(config->sources[0].type->name, "tcp");
  EXPECT_EQ(config->sources[1].type->name, "udp");
  ASSERT_EQ(config->transforms.size(), 1U);
  EXPECT_EQ(config->transforms[0].steps.size(), 2U);
  ASSERT_EQ(config->sinks.size(), 1U);
  EXPECT_EQ(config->sinks[0].type->name, "console");
}

TEST(Builtin, EveryVariableReachesItsSetting) {
  config::Problems problems{std::string(builtin_name)};
  const auto config = load({{"BETTERSTACK_SOURCE_TOKEN", "t"},
                            {"BETTERSTACK_INGESTING_HOST", "s1.eu-nbg-2.betterstackdata.com"},
                            {"TOWLINE_LISTEN", "[::1]:9009"},
                            {"TOWLINE_ADMIN_LISTEN", "off"},
                            {"TOWLINE_DATA_DIR", "/data"},
                            {"TOWLINE_MEMORY", "64MiB"},
                            {"TOWLINE_KEEP", "24h"},
                            {"TOWLINE_SHUTDOWN_BUDGET", "8s"},
                            {"TOWLINE_LAST_RESORT", "stderr"}},
                           problems);
  ASSERT_TRUE(config) << problems.text();
  EXPECT_EQ(config->settings.data_dir, "/data");
  EXPECT_EQ(config->settings.memory, config::mebibytes(64));
  ASSERT_TRUE(config->settings.stream.keep);
  EXPECT_EQ(*config->settings.stream.keep, std::chrono::hours(24));
  EXPECT_EQ(config->settings.shutdown.budget, std::chrono::seconds(8));
  EXPECT_EQ(config->settings.shutdown.last_resort, LastResort::standard_error);
  EXPECT_FALSE(config->settings.admin.listen);
  EXPECT_EQ(config->sinks[0].type->name, "betterstack");

  config::Problems with_url{std::string(builtin_name)};
  EXPECT_TRUE(load({{"BETTERSTACK_SOURCE_TOKEN", "t"},
                    {"BETTERSTACK_URL", "https://localhost:9443/"},
                    {"BETTERSTACK_CA_FILE", "/etc/ca.pem"}},
                   with_url))
      << with_url.text();
}

std::string lines_with(const std::string& text, const std::string& what) {
  std::istringstream lines(text);
  std::string found;
  for (std::string line; std::getline(lines, line);)
    if (line.find(what) != std::string::npos) found += line.substr(line.find_first_not_of(' ')) + "\n";
  return found;
}

std::string cloudwatch_names(const Variables& variables) {
  const std::string text = builtin_config("cloudwatch", fake::environment(variables));
  return lines_with(text, "group: ") + lines_with(text, "stream: ");
}

TEST(Builtin, NamesOfCloudWatchFollowTheEnvironment) {
  const std::pair<std::string, std::string> ecs{"ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/x"};
  EXPECT_EQ(cloudwatch_names({}), "group: ${CLOUDWATCH_LOG_GROUP:-/towline}\nstream: \"{host.name}\"\n");
  EXPECT_EQ(builtin_config("cloudwatch"), builtin_config("cloudwatch", fake::environment({})));
  EXPECT_EQ(cloudwatch_names({ecs}), "group: \"/towline/{ecs.family}\"\nstream: \"{ecs.task_id}\"\n");
  EXPECT_EQ(cloudwatch_names({ecs, {"CLOUDWATCH_LOG_GROUP", "/app"}, {"CLOUDWATCH_LOG_STREAM", "s-{ecs.task_id}"}}),
            "group: ${CLOUDWATCH_LOG_GROUP:-/towline}\nstream: ${CLOUDWATCH_LOG_STREAM}\n");
}

TEST(Builtin, CloudWatchAloneOrBesideBetterStack) {
  const Variables both{{"LOG_DESTINATION", "both"},
                       {"BETTERSTACK_SOURCE_TOKEN", "t"},
                       {"BETTERSTACK_INGESTING_HOST", "s1.eu-nbg-2.betterstackdata.com"},
                       {"CLOUDWATCH_LOG_GROUP", "/app/{service}"},
                       {"CLOUDWATCH_LOG_STREAM", "%Y/%m/%d"},
                       {"CLOUDWATCH_RETENTION_DAYS", "30"}};
  config::Problems problems{std::string(builtin_name)};
  const auto config = load(both, problems);
  ASSERT_TRUE(config) << problems.text();
  ASSERT_EQ(config->sinks.size(), 2U);
  EXPECT_EQ(config->sinks[0].type->name, "betterstack");
  EXPECT_EQ(config->sinks[1].type->name, "cloudwatch");
  EXPECT_EQ(config->sinks[0].inputs, config->sinks[1].inputs);

  const auto alone = load({{"LOG_DESTINATION", "cloudwatch"}}, problems);
  ASSERT_TRUE(alone) << problems.text();
  ASSERT_EQ(alone->sinks.size(), 1U);
  EXPECT_EQ(alone->sinks[0].type->name, "cloudwatch");

  EXPECT_FALSE(load({{"LOG_DESTINATION", "cloudwatch"}, {"CLOUDWATCH_RETENTION_DAYS", "31"}}, problems));
  EXPECT_THAT(problems.text(), HasSubstr("`retention_days` must be off or one of"));
}

TEST(Builtin, SaysWhatIsMissingOrWrong) {
  config::Problems problems{std::string(builtin_name)};
  EXPECT_FALSE(load({{"LOG_DESTINATION", "betterstack"}, {"TOWLINE_MEMORY", "lots"}}, problems));
  EXPECT_THAT(problems.text(),
              HasSubstr("<built-in>:5:9: error: memory: expected a size, not `${TOWLINE_MEMORY:-32MiB}`"));
  EXPECT_THAT(problems.text(), HasSubstr("error: the environment variable `BETTERSTACK_SOURCE_TOKEN` is not set"));

  config::Problems no_host{std::string(builtin_name)};
  EXPECT_FALSE(load({{"BETTERSTACK_SOURCE_TOKEN", "t"}}, no_host));
}

}  // namespace
}  // namespace towline::app
