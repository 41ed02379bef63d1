#include "sinks/cloudwatch/names.hpp"

#include <gtest/gtest.h>

#include "base/json_string.hpp"
#include "config/test_support.hpp"

namespace towline::cloudwatch {
namespace {

const WallTime received{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours(12)};

class NamesTest : public testing::Test {
 protected:
  NamesTest() { facts_.set("ecs.family", "api"); }

  // "group|stream"
  std::string names(const std::string& group, const std::string& stream, const std::string& json) {
    config_.group.text = *record::Template::parse(group);
    config_.stream.text = *record::Template::parse(stream);
    const std::string padded = json + std::string(record::padding, ' ');
    record::Record record;
    EXPECT_EQ(record.parse(std::string_view(padded).substr(0, json.size()), received), record::ParseError::none);
    Destination destination;
    Names(config_, facts_).fill(record, destination);
    EXPECT_TRUE(is_group_name(destination.group)) << destination.group;
    EXPECT_TRUE(is_stream_name(destination.stream)) << destination.stream;
    return destination.group + "|" + destination.stream;
  }

  CloudWatchConfig config_;
  Facts facts_;
};

TEST_F(NamesTest, FactsFieldsAndTimesAreFilledIn) {
  EXPECT_EQ(names("/app/{ecs.family}", "{user.id}/%Y-%m-%d", R"({"user":{"id":7}})"), "/app/api|7/2026-11-20");
}

TEST_F(NamesTest, WhatIsMissingHasAWordOfItsOwn) {
  EXPECT_EQ(names("/app/{service}", "{ecs.task_id}", "{}"), "/app/unknown|unknown");
  EXPECT_EQ(names("{a}", "{a}", R"({"a":""})"), "unknown|unknown");
  config_.missing = "none";
  EXPECT_EQ(names("x{service}y", "s", "{}"), "xnoney|s");
}

TEST_F(NamesTest, WhatANameCantHoldIsReplaced) {
  EXPECT_EQ(names("{a}", "{a}", R"({"a":"a b:c*d\u0000\n\u00e4$"})"), "a_b_c_d_____|a b_c_d__\xC3\xA4$");
  EXPECT_EQ(names("{a}", "{a}", R"({"a":"aws/x"})"), "_ws/x|aws/x");
}

TEST_F(NamesTest, WhatIsTooLongIsCutBetweenCharacters) {
  std::string text(511, 'x');
  text += "\xC3\xA4";
  std::string json = R"({"a":)";
  append_json_string(json, text);
  EXPECT_EQ(names("g", "{a}", json + "}"), "g|" + text.substr(0, 511));
}

TEST_F(NamesTest, SaysWhetherItNeedsTheRecord) {
  config_.group.text = *record::Template::parse("{ecs.family}/%Y");
  config_.stream.text = *record::Template::parse("s");
  EXPECT_FALSE(Names(config_, facts_).read_fields());
  config_.stream.text = *record::Template::parse("{ecs.task_id}");
  EXPECT_TRUE(Names(config_, facts_).read_fields());
}

std::string problems_of(const std::string& yaml) {
  config::Problems problems("test");
  cloudwatch_schema().parse(config::test::node_of(yaml), problems);
  return problems.text();
}

TEST(CloudWatchConfig, TheLeastIsAGroup) {
  EXPECT_EQ(problems_of("{ group: /app/x }"), "");
  EXPECT_NE(problems_of("{}").find("`group` is missing"), std::string::npos);
  EXPECT_EQ(cloudwatch_schema()
                .parse(config::test::node_of("{ group: g }"), *std::make_unique<config::Problems>("t"))
                ->stream.text.text(),
            "{host.name}");
}

TEST(CloudWatchConfig, SettingsMayBeEmptyWhereVariablesAre) {
  EXPECT_EQ(problems_of("{ group: g, region: '', endpoint: '${E:-}', profile: '', message: '', kms_key_id: '' }"), "");
  EXPECT_EQ(problems_of("{ group: g, retention_days: off }"), "");
}

TEST(CloudWatchConfig, WhatTheServiceWouldRefuseIsRefusedHere) {
  for (const char* bad : {"{ group: 'a b' }",
                          "{ group: aws/x }",
                          "{ group: '' }",
                          "{ group: g, stream: 'a:b' }",
                          "{ group: '{x' }",
                          "{ group: g, missing: 'a*' }",
                          "{ group: g, region: 'eu west' }",
                          "{ group: g, retention_days: 2 }",
                          "{ group: g, retention_days: 0 }",
                          "{ group: g, access_key_id: x }",
                          "{ group: g, session_token: x }",
                          "{ group: g, access_key_id: x, secret_access_key: y, profile: p }",
                          "{ group: g, tags: { 'aws:x': y } }",
                          "{ group: g, tags: { '': y } }",
                          "{ group: g, message: 'a.*' }",
                          "{ group: g, endpoint: 'http://h/?a=b' }",
                          "{ group: g, endpoint: 'http://h/', fips: true }",
                          "{ group: g, open_streams: 0 }",
                          "{ group: g, open_streams: 1025 }",
                          "{ group: g, idempotency_header: X }",
                          "{ group: g, long_events: drop }",
                          "{ group: g, log_class: delivery }"})
    EXPECT_NE(problems_of(bad), "") << bad;
  EXPECT_EQ(problems_of("{ group: 'A/b_c.d#e-f', retention_days: 3653, access_key_id: x, secret_access_key: y, "
                        "session_token: z, endpoint: 'https://vpce.example.com/' }"),
            "");
}

}  // namespace
}  // namespace towline::cloudwatch
