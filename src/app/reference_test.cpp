#include "app/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/components.hpp"
#include "app/config.hpp"
#include "app/fake_components.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;

// Every variable is set, to something that a URL or a host could be.
config::Environment everything_set() {
  return [](std::string_view) { return std::optional<std::string>("example.com"); };
}

TEST(Reference, TheConfigurationWithEverySettingIsValid) {
  for (const component::Registry* registry : {&fake::registry(), &all_components()}) {
    config::Problems problems("reference.yaml");
    const auto config = load_config(reference_config(*registry), everything_set(), *registry, problems);
    ASSERT_TRUE(config) << problems.text() << reference_config(*registry);
    EXPECT_EQ(config->sources.size(), registry->sources.size());
    EXPECT_EQ(config->transforms[0].steps.size(), registry->steps.size());
    EXPECT_EQ(config->sinks.size(), registry->sinks.size());
  }
}

TEST(Reference, NamesEverySettingWithItsDefault) {
  const std::string text = reference_config(fake::registry());
  EXPECT_THAT(text, HasSubstr("\n# memory: 32MiB\n"));
  EXPECT_THAT(text, HasSubstr("\n  from_udp:\n    type: udp\n    # Where to listen.\n    listen: 127.0.0.1:9000\n"));
  EXPECT_THAT(text, HasSubstr("\n      - rename: { timestamp: dt }\n"));
  EXPECT_THAT(text, HasSubstr("\n    # routes: { errors: '{ $.level = \"ERROR\" }' }\n"));
  EXPECT_THAT(text, HasSubstr("\n      - redact:\n          # Which fields.\n          # fields: [password]\n"));
  EXPECT_THAT(text, HasSubstr("\n    token: ${TOKEN}\n"));
  EXPECT_THAT(text, HasSubstr("\n      # bytes: 10MB\n"));
}

TEST(Reference, JsonSchemaKnowsTheTypes) {
  const std::string text = json_schema_of_config(fake::registry());
  EXPECT_THAT(text, HasSubstr("\"const\": \"udp\""));
  EXPECT_THAT(text, HasSubstr("\"rename\""));
  EXPECT_THAT(text, HasSubstr("\"routes\""));
  EXPECT_THAT(text, HasSubstr("json-schema.org"));
}

TEST(Reference, PagesHaveAHeadingForEveryType) {
  std::string all;
  for (const GeneratedFile& file : generated_files(fake::registry())) all += file.content;
  for (const char* heading : {"\n## tcp\n", "\n## udp\n", "\n## rename\n", "\n## redact\n", "\n## remote\n"})
    EXPECT_THAT(all, HasSubstr(heading));
}

TEST(Components, AreNamedOnceAndDescribed) {
  std::vector<std::string_view> names;
  const auto look_at = [&](const auto& types) {
    names.clear();
    for (const auto* type : types) {
      EXPECT_FALSE(type->summary.empty()) << type->name;
      EXPECT_EQ(std::count(names.begin(), names.end(), type->name), 0) << type->name;
      names.push_back(type->name);
    }
  };
  look_at(all_components().sources);
  look_at(all_components().steps);
  look_at(all_components().sinks);
  for (const component::StepType* type : all_components().steps) {
    const bool lacks_example = type->schema->is_whole() && type->schema->fields().front().example.empty();
    EXPECT_FALSE(lacks_example) << type->name;
  }
}

// Every file that ships in config/ can be used as it is.
TEST(ShippedConfigurations, AreValid) {
  const auto directory = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() / "config";
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".yaml") continue;
    ++seen;
    config::Problems problems(entry.path().string());
    const bool is_builtin = entry.path().filename().string().starts_with("builtin-");
    const auto variables = fake::environment({{"BETTERSTACK_SOURCE_TOKEN", "t"}, {"BETTERSTACK_INGESTING_HOST", "h"}});
    EXPECT_TRUE(
        load_config_file(entry.path().string(), is_builtin ? variables : everything_set(), all_components(), problems))
        << problems.text();
  }
  EXPECT_GE(seen, 3U);
}

}  // namespace
}  // namespace towline::app
