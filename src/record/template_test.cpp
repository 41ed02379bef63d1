#include "record/template.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace towline::record {
namespace {

using namespace std::chrono_literals;

constexpr WallTime received{std::chrono::sys_days(std::chrono::year(2024) / 3 / 1).time_since_epoch() + 4h + 5min + 6s +
                            789ms};

constexpr std::string_view json =
    R"({"service":"api","n":1.50,"big":18446744073709551616,"t":true,"z":null,"e":"","esc":"a\n\u00e9\"",
  "user":{"id": 7,"tags":["x",  2]},"a.b":1,"it}s":2,"twice":1,"twice":2,"host":{"name":"from the record"}})";

// With the room behind it that parse() reads.
constexpr char padded_object[9 + padding + 1] = R"({"a": 1 })";

struct Filled {
  std::string text;
  bool complete;
  bool operator==(const Filled&) const = default;
};
void PrintTo(const Filled& filled, std::ostream* out) {
  *out << filled.text << (filled.complete ? "" : " (incomplete)");
}

Filled fill(std::string_view pattern, const Record& record, const Facts& facts) {
  const Result<Template> parsed = Template::parse(pattern);
  EXPECT_TRUE(parsed) << pattern << ": " << (parsed ? "" : parsed.error().message);
  if (!parsed) return {"", false};
  EXPECT_EQ(parsed->text(), pattern);
  std::string out = ">";
  const bool complete = parsed->append(record, facts, out);
  return {out.substr(1), complete};
}

Filled fill(std::string_view pattern, WallTime time = received) {
  static const std::string text = std::string(json) + std::string(padding, '\0');
  Record record;
  EXPECT_EQ(record.parse(std::string_view(text).substr(0, json.size()), time), ParseError::none);
  Facts facts;
  facts.set("host.name", "web-1");
  facts.set("ecs.task_id", "");
  return fill(pattern, record, facts);
}

std::string error_of(std::string_view pattern) {
  const Result<Template> parsed = Template::parse(pattern);
  return parsed ? "none" : parsed.error().message;
}

TEST(Template, FillsFieldsIn) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", ""},
      {"plain text", "plain text"},
      {"{service}", "api"},
      {"{service}-{user.id}!", "api-7!"},
      {"{n} {big} {t} {z} [{e}]", "1.50 18446744073709551616 true null []"},
      {"{esc}", "a\n\u00e9\""},
      {"{user}", R"({"id": 7,"tags":["x",  2]})"},
      {"{user.tags}", R"(["x",  2])"},
      {"{user.tags.0}{user.tags.1}", "x2"},
      {R"({"a.b"}{a\.b})", "11"},
      {R"({"it}s"}{it\}s})", "22"},
      {"{twice}", "2"},
      {"{{{service}}}", "{api}"},
      {"a}}b{{c", "a}b{c"},
      {"100%%", "100%"},
      {"{service}{service}", "apiapi"},
  };
  for (const auto& [pattern, text] : table) EXPECT_EQ(fill(pattern), (Filled{std::string(text), true})) << pattern;
}

TEST(Template, FillsTimesIn) {
  EXPECT_EQ(fill("%Y/%m/%d %H:%M:%S %j").text, "2024/03/01 04:05:06 061");
  EXPECT_EQ(fill("%%Y%Y").text, "%Y2024");
  EXPECT_EQ(fill("%Y-%j", WallTime(std::chrono::sys_days(std::chrono::year(2023) / 12 / 31).time_since_epoch())).text,
            "2023-365");
  EXPECT_EQ(fill("%Y-%m-%d %H:%M:%S", WallTime(-1ns)).text, "1969-12-31 23:59:59") << "rounds down before 1970";
}

TEST(Template, FactsComeBeforeFields) {
  EXPECT_EQ(fill("{host.name}"), (Filled{"web-1", true}));
  EXPECT_EQ(fill("{ecs.task_id}"), (Filled{"", true})) << "a fact that is empty is a fact";
  EXPECT_EQ(fill("{host}").text, R"({"name":"from the record"})");
}

TEST(Template, SaysWhenSomethingIsMissing) {
  EXPECT_EQ(fill("{nothing}"), (Filled{"", false}));
  EXPECT_EQ(fill("{service}/{user.name}/{n}"), (Filled{"api//1.50", false}));
  EXPECT_EQ(fill("{service.id}"), (Filled{"", false}));
  EXPECT_EQ(fill("{user.tags.2}"), (Filled{"", false}));
}

TEST(Template, SeesWhatEarlierStepsDid) {
  const std::string text = R"({"secret":{"pin":1234,"x":[1]},"name":"a","gone":1})" + std::string(padding, '\0');
  Record record;
  ASSERT_EQ(record.parse(std::string_view(text).substr(0, text.size() - padding), received), ParseError::none);
  record.set_string(record.find(record.find(Record::root, "secret"), "pin"), "[REDACTED:field]");
  record.set_string(record.find(Record::root, "name"), "b\"");
  record.remove(record.find(Record::root, "gone"));
  EXPECT_EQ(fill("{secret} {name} {gone}", record, {}), (Filled{R"({"pin":"[REDACTED:field]","x":[1]} b" )", false}));
}

TEST(Template, KnowsWhetherItIsConstant) {
  for (const char* pattern : {"", "text", "a{{b}}%%"}) EXPECT_TRUE(Template::parse(pattern)->is_constant()) << pattern;
  for (const char* pattern : {"{a}", "%Y", "text {a}"})
    EXPECT_FALSE(Template::parse(pattern)->is_constant()) << pattern;
}

TEST(Template, FillsInWhatIsMissing) {
  Record record;
  ASSERT_EQ(record.parse(std::string_view(padded_object, 9), received), ParseError::none);
  std::string out;
  EXPECT_FALSE(Template::parse("{a}-{b}/{c}")->append(record, {}, out, "unknown"));
  EXPECT_EQ(out, "1-unknown/unknown");
}

TEST(Template, SaysWhetherItNeedsTheRecord) {
  Facts facts;
  facts.set("host.name", "web-1");
  for (const char* pattern : {"", "text", "{host.name}/%Y-%m"})
    EXPECT_FALSE(Template::parse(pattern)->reads_fields(facts)) << pattern;
  for (const char* pattern : {"{service}", "{host.name}/{host.arch}"})
    EXPECT_TRUE(Template::parse(pattern)->reads_fields(facts)) << pattern;
}

TEST(Template, SaysWhatIsWrongAndWhere) {
  const std::string time = "expected one of %Y %m %d %H %M %S %j; the character itself is written `%%`";
  const std::pair<std::string_view, std::string> table[] = {
      {"{", "column 1: a `{` without its `}`; the character itself is written `{{`"},
      {"ab{c", "column 3: a `{` without its `}`; the character itself is written `{{`"},
      {"{\"a}", "column 1: a `{` without its `}`; the character itself is written `{{`"},
      {"{a\\}", "column 1: a `{` without its `}`; the character itself is written `{{`"},
      {"a}b", "column 2: a `}` without its `{`; the character itself is written `}}`"},
      {"{a}}", "column 4: a `}` without its `{`; the character itself is written `}}`"},
      {"x{}", "column 2: expected a name between `{` and `}`"},
      {"{a..b}", "column 1: 'a..b' is not a path: a key is missing"},
      {"grün {a.*.b}", "column 6: a field to fill in can't be found by `*`"},
      {"%", "column 1: " + time},
      {"%Y%", "column 3: " + time},
      {"%Y-%y", "column 4: " + time},
      {"50% off", "column 3: " + time},
      {"% Y", "column 1: " + time},
  };
  for (const auto& [pattern, message] : table) EXPECT_EQ(error_of(pattern), message) << pattern;
}

TEST(Template, HasALimitOfParts) {
  std::string text;
  for (std::size_t i = 0; i < Template::parts_max; ++i) text += "{a}";
  EXPECT_EQ(error_of(text), "none");
  EXPECT_EQ(error_of(text + "x"), "column 769: more than 256 parts");
}

}  // namespace
}  // namespace towline::record
