#include "app/builtin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  return load_config(builtin_config(*builtin_destination(environment)), environment, all_components(), problems);
}

TEST(Builtin, TheEnvironmentChoosesTheDestination) {
  EXPECT_EQ(destination({}), "console");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", ""}, {"LOG_DESTINATION", ""}}), "console");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", "t"}}), "betterstack");
  EXPECT_EQ(destination({{"BETTERSTACK_SOURCE_TOKEN", "t"}, {"LOG_DESTINATION", "console"}}), "console");
  EXPECT_EQ(destination({{"LOG_DESTINATION", "betterstack"}}), "betterstack");
  EXPECT_EQ(destination({{"LOG_DESTINATION", "Console"}}),
            "error: LOG_DESTINATION is `Console`; known: betterstack, console");
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
                            {"TOWLINE_MEMORY", "64MiB"}},
                           problems);
  ASSERT_TRUE(config) << problems.text();
  EXPECT_EQ(config->settings.data_dir, "/data");
  EXPECT_EQ(config->settings.memory, config::mebibytes(64));
  EXPECT_FALSE(config->settings.admin.listen);
  EXPECT_EQ(config->sinks[0].type->name, "betterstack");

  config::Problems with_url{std::string(builtin_name)};
  EXPECT_TRUE(load({{"BETTERSTACK_SOURCE_TOKEN", "t"},
                    {"BETTERSTACK_URL", "https://localhost:9443/"},
                    {"BETTERSTACK_CA_FILE", "/etc/ca.pem"}},
                   with_url))
      << with_url.text();
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
