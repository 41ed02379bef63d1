#include "transforms/parse_json/parse_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_string.hpp"
#include "record/limits.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::parse_json {
namespace {

using testing::HasSubstr;

std::string parse(const std::string& yaml, const std::string& json) {
  return transforms::apply_step(step_type, yaml, json);
}

// What one string becomes, and what was counted.
struct Outcome {
  std::string json;
  std::string reasons;
};
Outcome outcome(const std::string& yaml, const std::string& json) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, yaml, surroundings);
  Outcome outcome{transforms::apply_step(*step, json), ""};
  surroundings.metrics.each(telemetry::MetricId::step_errors, [&](const auto& labels, std::uint64_t count) {
    EXPECT_EQ(labels[0], "test");
    EXPECT_EQ(labels[1], "1_parse_json");
    outcome.reasons += (outcome.reasons.empty() ? "" : " ") + labels[2] + "=" + std::to_string(count);
  });
  return outcome;
}
std::string message(const std::string& text) {
  std::string json = R"({"message":)";
  append_json_string(json, text);
  return json + "}";
}
std::string reasons(const std::string& text) {
  const Outcome result = outcome("{field: message}", message(text));
  EXPECT_EQ(result.json, message(text)) << "what isn't JSON stays";
  return result.reasons;
}

TEST(ParseJson, TheValueTakesThePlaceOfTheString) {
  EXPECT_EQ(parse("{field: a}", R"({"x":1, "a" : "{\"k\": [1.50, \"\\u00e9\\n\"], \"o\":{}}" ,"y":2})"),
            R"({"x":1, "a" : {"k":[1.50,"\u00e9\n"],"o":{}} ,"y":2})");
  EXPECT_EQ(parse("{field: a.b}", R"({"a":{"b":"[1,[2]]"}})"), R"({"a":{"b":[1,[2]]}})");
  EXPECT_EQ(parse("{field: a}", R"({"a":"{}"})"), R"({"a":{}})");
  EXPECT_EQ(parse("{field: a}", R"({"a":" \t\r\n[ ] \n"})"), R"({"a":[]})");
}

TEST(ParseJson, ByteOrderMarksAndEscapesOfTheOuterStringAreUndone) {
  EXPECT_EQ(parse("{field: a}", "{\"a\":\"\xEF\xBB\xBF{}\",\"b\":1}"), R"({"a":{},"b":1})");
  EXPECT_EQ(parse("{field: a}", R"({"a":"\ufeff \u005b1]"})"), R"({"a":[1]})");
  EXPECT_EQ(parse("{field: a}", R"({"a":"{\u0022k\u0022:\"\\ud83d\\ude00\"}"})"), R"({"a":{"k":"\ud83d\ude00"}})");
}

TEST(ParseJson, EveryStringThatThePathMeans) {
  EXPECT_EQ(parse("{field: l.*.p}", R"({"l":[{"p":"{\"a\":1}"},{"p":"no"},{"p":"[2]"}]})"),
            R"({"l":[{"p":{"a":1}},{"p":"no"},{"p":[2]}]})");
  EXPECT_EQ(parse("{field: a}", R"({"a":"[1]","a":"[2]"})"), R"({"a":[1],"a":[2]})");
}

TEST(ParseJson, WhatIsNotJsonStaysAndIsCounted) {
  EXPECT_EQ(reasons("plain text"), "not_json=1");
  EXPECT_EQ(reasons(""), "not_json=1");
  EXPECT_EQ(reasons(" \n"), "not_json=1");
  EXPECT_EQ(reasons("12"), "not_json=1") << "a number is more likely a text than JSON";
  EXPECT_EQ(reasons(R"("text")"), "not_json=1");
  EXPECT_EQ(reasons("{"), "invalid_json=1");
  EXPECT_EQ(reasons("{'a':1}"), "invalid_json=1");
  EXPECT_EQ(reasons("{\"a\":\x01}"), "invalid_json=1");
  EXPECT_EQ(reasons(std::string("{}\0", 3)), "trailing_data=1");
  EXPECT_EQ(reasons("{\"a\":NaN}"), "invalid_json=1");
  EXPECT_EQ(reasons("[1,]"), "invalid_json=1");
  EXPECT_EQ(reasons(R"(["\ud800"])"), "invalid_escape=1");
  EXPECT_EQ(reasons(R"(["\x"])"), "invalid_escape=1");
}

TEST(ParseJson, NothingMayFollowTheValue) {
  EXPECT_EQ(reasons("{} {}"), "trailing_data=1");
  EXPECT_EQ(reasons("{\"a\":1} text"), "trailing_data=1");
  EXPECT_EQ(reasons("[1],\"x\":2"), "trailing_data=1");
  EXPECT_EQ(reasons("[1]} {\"x\":2"), "trailing_data=1");
  EXPECT_EQ(reasons("[1] [2]"), "invalid_json=1");
}

TEST(ParseJson, WhatIsNotAStringIsLeftAlone) {
  for (const char* json :
       {R"({"message":{"a":1}})", R"({"message":[1]})", R"({"message":1})", R"({"message":null})", R"({"x":1})"}) {
    const Outcome result = outcome("{field: message}", json);
    EXPECT_EQ(result.json, json);
    EXPECT_EQ(result.reasons, "");
  }
}

TEST(ParseJson, BoundsTheDepth) {
  const auto arrays = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(outcome("{field: message}", message(arrays(record::depth_max - 1))).json,
            R"({"message":)" + arrays(record::depth_max - 1) + "}");
  EXPECT_EQ(reasons(arrays(record::depth_max)), "too_deep=1");
  EXPECT_EQ(reasons(arrays(100'000)), "too_deep=1");
  std::string nested = R"({"a":"{\"k\":)" + arrays(record::depth_max - 1) + "}\"}";
  const Outcome result = outcome("{field: a}", nested);
  EXPECT_EQ(result.json, nested);
  EXPECT_EQ(result.reasons, "limit=1") << "a record of its own it could be";
}

TEST(ParseJson, BoundsTheNumberOfValues) {
  std::string list = "[0";
  for (std::size_t i = 0; i < record::values_max; ++i) list += ",0";
  EXPECT_EQ(reasons(list + "]"), "too_many_values=1");
}

TEST(ParseJson, ToATarget) {
  EXPECT_EQ(parse("{field: m, target: data}", R"({"m":"{\"a\":1}","x":2})"), R"({"x":2,"data":{"a":1}})");
  EXPECT_EQ(parse("{field: m, target: d.e}", R"({"m":"[1]","d":{"f":0}})"), R"({"d":{"f":0,"e":[1]}})");
  EXPECT_EQ(parse("{field: m, target: d, keep: true}", R"({"m":"[1]"})"), R"({"m":"[1]","d":[1]})");
  EXPECT_EQ(parse("{field: m, target: d}", R"({"m":"no"})"), R"({"m":"no"})");
  EXPECT_EQ(parse("{field: m, target: d}", R"({"m":"[1]","m":"[2]"})"), R"({"m":"[1]","d":[2]})");
}

TEST(ParseJson, ToATargetThatIsTaken) {
  const std::string json = R"({"m":"[1]","d":{"x":0}})";
  EXPECT_EQ(outcome("{field: m, target: d}", json).json, json);
  EXPECT_EQ(outcome("{field: m, target: d}", json).reasons, "name_taken=1");
  EXPECT_EQ(outcome("{field: m, target: d.x.y}", json).reasons, "name_taken=1") << "a number is in the way";
  EXPECT_EQ(outcome("{field: m, target: d, overwrite: true}", json).json, R"({"d":[1]})");
  EXPECT_EQ(outcome("{field: m, target: d.x.y, overwrite: true}", json).json, R"({"d":{"x":{"y":[1]}}})");
  EXPECT_EQ(parse("{field: m, target: d.x}", R"({"m":"[1]","d":{},"d":{"x":0}})"), R"({"m":"[1]","d":{},"d":{"x":0}})");
}

TEST(ParseJson, ToATargetInAList) {
  const std::string json = R"({"m":"[1]","l":[0]})";
  EXPECT_EQ(outcome("{field: m, target: l.3}", json).json, json);
  EXPECT_EQ(outcome("{field: m, target: l.3}", json).reasons, "no_place=1");
  EXPECT_EQ(outcome("{field: m, target: l.0, overwrite: true}", json).json, R"({"l":[[1]]})");
}

TEST(ParseJson, ToATargetAroundTheString) {
  EXPECT_EQ(parse("{field: m, target: m}", R"({"m":"[1]"})"), R"({"m":[1]})");
  EXPECT_EQ(parse("{field: m, target: m.parsed}", R"({"m":"[1]"})"), R"({"m":{"parsed":[1]}})");
  EXPECT_EQ(outcome("{field: m, target: m.parsed, keep: true}", R"({"m":"[1]"})").reasons, "name_taken=1");
  EXPECT_EQ(parse("{field: d.m, target: d, overwrite: true}", R"({"d":{"m":"[1]","x":0}})"), R"({"d":[1]})");
}

TEST(ParseJson, ATargetThatWouldBeTooDeepIsNotBegun) {
  const std::string arrays = std::string(record::depth_max - 1, '[') + std::string(record::depth_max - 1, ']');
  EXPECT_EQ(outcome("{field: message, target: a.b}", message(arrays)).json, message(arrays));
  EXPECT_EQ(outcome("{field: message, target: a.b}", message(arrays)).reasons, "limit=1");
}

TEST(ParseJson, MembersJoinTheRecord) {
  EXPECT_EQ(parse("{field: log, target: .}", R"({"log":"{\"a\": [1], \"\\u0062\":2}","id":"x"})"),
            R"({"id":"x","a":[1],"\u0062":2})");
  EXPECT_EQ(parse("{field: o.log, target: .}", R"({"o":{"log":"{\"a\":1}","x":0}})"), R"({"o":{"x":0},"a":1})");
  EXPECT_EQ(parse("{field: log, target: .}", R"({"log":"{}"})"), "{}");
  EXPECT_EQ(parse("{field: log, target: .}", R"({"log":"{\"log\":\"inner\"}"})"), R"({"log":"inner"})");
  EXPECT_EQ(parse("{field: log, target: ., keep: true}", R"({"log":"{\"a\":1}"})"), R"({"log":"{\"a\":1}","a":1})");
  EXPECT_EQ(parse("{field: log, target: .}", R"({"log":"{\"a\":1,\"a\":2}"})"), R"({"a":1,"a":2})");
}

TEST(ParseJson, MembersWhoseNamesAreTakenStayInAnObject) {
  const std::string json = R"({"dt":1,"log":"{\"d\\u0074\":2,\"a\":3}"})";
  EXPECT_EQ(outcome("{field: log, target: .}", json).json, R"({"dt":1,"log":{"d\u0074":2},"a":3})");
  EXPECT_EQ(outcome("{field: log, target: .}", json).reasons, "name_taken=1");
  EXPECT_EQ(parse("{field: log, target: .}", R"({"dt":1,"log":"{\"dt\":2,\"log\":3,\"a\":4}"})"),
            R"({"dt":1,"log":{"dt":2,"log":3},"a":4})");
  EXPECT_EQ(outcome("{field: log, target: ., keep: true}", json).json,
            R"({"dt":1,"log":"{\"d\\u0074\":2,\"a\":3}","a":3})");
}

TEST(ParseJson, MembersTakeTheNamesThatTheyNeed) {
  EXPECT_EQ(parse("{field: log, target: ., overwrite: true}", R"({"dt":1,"log":"{\"dt\":2,\"a\":3}","dt":4,"x":5})"),
            R"({"x":5,"dt":2,"a":3})");
  EXPECT_EQ(parse("{field: log, target: ., overwrite: true}", R"({"log":"{\"log\":1}","log":"{\"log\":2}"})"),
            R"({"log":2})");
}

TEST(ParseJson, AListHasNoMembers) {
  EXPECT_EQ(outcome("{field: message, target: .}", message("[1]")).json, message("[1]"));
  EXPECT_EQ(outcome("{field: message, target: .}", message("[1]")).reasons, "not_object=1");
}

TEST(ParseJson, ManyMembersTakeLittleTime) {
  std::string inner = "{\"x\":0";
  std::string outer;
  for (int i = 0; i < 20'000; ++i) {
    inner += ",\"same beginning " + std::to_string(i) + "\":1";
    outer += ",\"same beginning " + std::to_string(i) + "\":2";
  }
  std::string json = message(inner + "}");
  json.insert(json.size() - 1, outer);
  const std::string merged = parse("{field: message, target: ., overwrite: true}", json);
  EXPECT_EQ(merged, inner + "}");
}

TEST(ParseJson, EarlierEditsAreSeen) {
  record::Record record;
  record.wrap(R"({"a":"{\"b\":1}"} )", "test", {});
  const auto step = transforms::make_step(step_type, "{field: message}");
  const auto again = transforms::make_step(step_type, "{field: message.a}");
  step->apply(record);
  again->apply(record);
  std::string out;
  record.write(out);
  EXPECT_THAT(out, HasSubstr(R"("message":{"a":{"b":1}})"));
}

TEST(ParseJson, ChecksItsConfiguration) {
  EXPECT_EQ(transforms::problems_of(step_type, "{field: a.*}"), "");
  EXPECT_EQ(transforms::problems_of(step_type, "{field: a.b, target: ., keep: true, overwrite: true}"), "");
  EXPECT_THAT(transforms::problems_of(step_type, "{target: a}"), HasSubstr("field"));
  EXPECT_THAT(transforms::problems_of(step_type, "{field: a, keep: true}"), HasSubstr("need a `target`"));
  EXPECT_THAT(transforms::problems_of(step_type, "{field: a, overwrite: true}"), HasSubstr("need a `target`"));
  EXPECT_THAT(transforms::problems_of(step_type, "{field: a.*, target: b}"), HasSubstr("found by `*`"));
  EXPECT_THAT(transforms::problems_of(step_type, "{field: a, target: 'b.*'}"),
              HasSubstr("test:1:20: error: target: a target can't"));
  EXPECT_THAT(transforms::problems_of(step_type, "{field: a, target: b..c}"), HasSubstr("a key is missing"));
}

}  // namespace
}  // namespace towline::parse_json
