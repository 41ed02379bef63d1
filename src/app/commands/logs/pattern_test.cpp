#include "app/commands/logs/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace towline::app::logs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Patterns patterns(const PatternOptions& options, const Fields& fields = {}) {
  Result<Patterns> made = make_patterns(options, fields);
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  return made ? std::move(*made) : Patterns();
}

bool matches(const Patterns& patterns, std::string json, Matcher::Which which = Matcher::Which::all) {
  const std::size_t size = json.size();
  json.append(record::padding, '\0');
  record::Record record;
  EXPECT_EQ(record.parse(std::string_view(json).substr(0, size), {}), record::ParseError::none) << json;
  return Matcher(patterns, which).matches(record);
}

TEST(LogsPattern, WithoutFlagsEverythingMatches) {
  const Patterns none = patterns({});
  EXPECT_EQ(none.main, "");
  EXPECT_THAT(none.rest, IsEmpty());
  EXPECT_TRUE(matches(none, "{}"));
}

TEST(LogsPattern, FlagsBecomeOnePatternInBraces) {
  const Patterns made = patterns({.errors = true, .category = "auth"});
  EXPECT_EQ(made.main,
            "{ ($.level = \"ERROR\" || $.level = \"error\" || $.level = \"FATAL\" || $.level = \"fatal\" || "
            "$.level = \"CRITICAL\" || $.level = \"critical\") && $.category = \"auth\" }");
  EXPECT_THAT(made.rest, IsEmpty());
  EXPECT_TRUE(matches(made, R"({"level":"FATAL","category":"auth"})"));
  EXPECT_FALSE(matches(made, R"({"level":"INFO","category":"auth"})"));
  EXPECT_FALSE(matches(made, R"({"level":"ERROR","category":"authors"})"));
}

TEST(LogsPattern, AUserMayBeANumberOrAText) {
  const Patterns made = patterns({.user = "42"});
  EXPECT_EQ(made.main, "{ ($.user_id = 42 || $.user_id = \"42\") }");
  EXPECT_TRUE(matches(made, R"({"user_id":42})"));
  EXPECT_TRUE(matches(made, R"({"user_id":"42"})"));
  EXPECT_FALSE(matches(made, R"({"user_id":421})"));
  EXPECT_EQ(patterns({.user = "007"}).main, "{ $.user_id = \"007\" }") << "as a number it would be another user";
  EXPECT_EQ(patterns({.user = "ann"}).main, "{ $.user_id = \"ann\" }");
}

TEST(LogsPattern, AValueCantEndItsQuotes) {
  const Patterns made = patterns({.category = R"(x" || $.level = "INFO)"});
  EXPECT_EQ(made.main, R"({ $.category = "x\" || $.level = \"INFO" })");
  EXPECT_FALSE(matches(made, R"({"level":"INFO"})"));
  EXPECT_TRUE(matches(made, R"({"category":"x\" || $.level = \"INFO"})"));
  const Patterns backslash = patterns({.category = "a\\"});
  EXPECT_TRUE(matches(backslash, R"({"category":"a\\"})"));
  EXPECT_TRUE(matches(patterns({.category = "a\nb"}), R"({"category":"a\nb"})"));
}

TEST(LogsPattern, AStarInAValueIsAStar) {
  const Patterns all = patterns({.user = "*"});
  EXPECT_FALSE(matches(all, R"({"user_id":"42"})"));
  EXPECT_FALSE(matches(all, R"({"user_id":42})"));
  EXPECT_TRUE(matches(all, R"({"user_id":"*"})"));
  const Patterns made = patterns({.category = "a*\"*b", .user = "7"});
  EXPECT_EQ(made.main, R"({ $.category = "a*" && ($.user_id = 7 || $.user_id = "7") })")
      << "no less than what is meant";
  EXPECT_THAT(made.rest, ElementsAre(R"({ $.category = "a\*\"\*b" })"));
  EXPECT_TRUE(matches(made, R"({"category":"a*\"*b","user_id":7})"));
  EXPECT_FALSE(matches(made, R"({"category":"ax\"xb","user_id":7})"));
  EXPECT_FALSE(matches(made, R"({"category":"ax\"xb","user_id":7})", Matcher::Which::rest));
  const Patterns both = patterns({.category = "*", .user = "u*", .search = "x"});
  EXPECT_EQ(both.main, R"({ $.category = "*" && $.user_id = "u*" })");
  EXPECT_THAT(both.rest, ElementsAre(R"({ $.category = "\*" && $.user_id = "u\*" })", "\"x\""));
}

TEST(LogsPattern, SearchLooksIntoTheWholeRecord) {
  const Patterns made = patterns({.search = "magic link"});
  EXPECT_EQ(made.main, "\"magic link\"");
  EXPECT_TRUE(matches(made, R"({"a":{"b":"a magic link for you"}})"));
  EXPECT_FALSE(matches(made, R"({"a":"magic","b":"link"})"));
  EXPECT_TRUE(matches(patterns({.search = R"(say "hi")"}), R"({"m":"they say \"hi\" to"})"));
  EXPECT_TRUE(matches(patterns({.search = R"(C:\dir)"}), R"({"m":"in C:\\dir."})"));
  EXPECT_FALSE(matches(patterns({.search = "a*b"}), R"({"m":"axb"})")) << "a star is a star";
  EXPECT_TRUE(matches(patterns({.search = "-DEBUG"}), R"({"m":"x -DEBUG"})")) << "a minus is a minus";
}

TEST(LogsPattern, WhatOnePatternCantSayStaysHere) {
  const Patterns made = patterns({.errors = true, .search = "magic link"});
  EXPECT_THAT(made.main, testing::StartsWith("{ ("));
  EXPECT_THAT(made.rest, ElementsAre("\"magic link\""));
  EXPECT_TRUE(matches(made, R"({"level":"ERROR","m":"magic link"})"));
  EXPECT_FALSE(matches(made, R"({"level":"ERROR","m":"magic"})"));
  EXPECT_FALSE(matches(made, R"({"level":"INFO","m":"magic link"})"));
  EXPECT_TRUE(matches(made, R"({"level":"INFO","m":"magic link"})", Matcher::Which::rest));
  EXPECT_FALSE(matches(made, R"({"level":"ERROR"})", Matcher::Which::rest));
}

TEST(LogsPattern, AFilterJoinsTheFlags) {
  const Patterns both = patterns({.category = "auth", .filter = " { $.status >= 500 || $.ms > 9 } "});
  EXPECT_EQ(both.main, "{ $.category = \"auth\" && ($.status >= 500 || $.ms > 9) }");
  EXPECT_FALSE(matches(both, R"({"ms":10})"));
  EXPECT_TRUE(matches(both, R"({"ms":10,"category":"auth"})"));
  EXPECT_EQ(patterns({.filter = "{$.status >= 500}"}).main, "{ $.status >= 500 }");

  const Patterns terms = patterns({.search = "x y", .filter = "?WARN ?ERROR"});
  EXPECT_EQ(terms.main, "?WARN ?ERROR");
  EXPECT_THAT(terms.rest, ElementsAre("\"x y\"")) << "beside other terms those with ? would not count";
}

TEST(LogsPattern, AFilterThatIsNoPatternIsRefused) {
  const Result<Patterns> made = make_patterns({.filter = "{ $.a = }"}, {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("--filter: column "));
  EXPECT_FALSE(make_patterns({.filter = ""}, {}));
  EXPECT_FALSE(make_patterns({.category = std::string(9000, 'x')}, {})) << "longer than a condition may be";
}

TEST(LogsPattern, FieldsCanBeElsewhere) {
  Fields fields;
  ASSERT_TRUE(fields.set("user=user.id"));
  ASSERT_TRUE(fields.set("category=labels.\"app.name\""));
  ASSERT_TRUE(fields.set("level=tags.0"));
  EXPECT_EQ(selector(fields.user), "$.user.id");
  EXPECT_EQ(selector(fields.category), "$.labels.[\"app.name\"]");
  EXPECT_EQ(selector(fields.level), "$.tags[0]");
  const Patterns made = patterns({.errors = true, .category = "shop", .user = "7"}, fields);
  EXPECT_TRUE(matches(made, R"({"tags":["ERROR"],"labels":{"app.name":"shop"},"user":{"id":7}})"));
  EXPECT_FALSE(matches(made, R"({"level":"ERROR","labels":{"app.name":"shop"},"user":{"id":7}})"));

  EXPECT_THAT(fields.set("users=id").error().message, HasSubstr("time, level, category, user or message"));
  EXPECT_FALSE(fields.set("user"));
  EXPECT_FALSE(fields.set("user="));
  EXPECT_THAT(fields.set("user=a.*").error().message, HasSubstr("several values"));
}

}  // namespace
}  // namespace towline::app::logs
