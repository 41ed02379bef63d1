// Where the step looks: what stands in a record, and what comes out.
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "record/json_text.hpp"
#include "transforms/redact/encodings_test_support.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

constexpr const char* detect = "{detect: [email, card, us_ssn, bearer]}";

std::string redact(const std::string& json, const std::string& yaml = detect) {
  const auto step = transforms::make_step(step_type, yaml);
  const std::string out = transforms::apply_step(*step, json);
  EXPECT_EQ(transforms::apply_step(*step, out), out) << "redacting twice is redacting once: " << json;
  return out;
}

// The text as the value of a member, and what becomes of it there.
std::string redact_text(const std::string& text, const std::string& yaml = detect) {
  std::string json = "{\"m\":";
  append_json_string(json, text);
  const std::string out = redact(json + "}", yaml);
  if (!out.starts_with("{\"m\":")) return out;
  std::string decoded;
  EXPECT_TRUE(record::append_decoded(decoded, std::string_view(out).substr(6, out.size() - 8)));
  return decoded;
}

using Cases = std::vector<std::pair<std::string, std::string>>;

void expect_texts(const Cases& cases, const std::string& yaml = detect) {
  for (const auto& [text, expected] : cases) EXPECT_EQ(redact_text(text, yaml), expected) << text;
}
void expect_records(const Cases& cases, const std::string& yaml = detect) {
  for (const auto& [json, expected] : cases) EXPECT_EQ(redact(json, yaml), expected);
}

TEST(Where, EscapesOfJson) {
  expect_records({
      {R"({"m":"\u0061\u006e\u006e\u0040\u0065xample.com"})", R"({"m":"a***@example.com"})"},
      {R"({"m":"a\/b ann\u0040example\u002ecom"})", R"({"m":"a/b a***@example.com"})"},
      {R"({"m":"4111\u00201111 1111\u00201111"})", R"({"m":"[REDACTED:card]"})"},
      {R"({"\u0061nn\u0040example.com":1})", R"({"a***@example.com":1})"},
  });
}

TEST(Where, JsonInAString) {
  expect_records({
      {R"({"m":"{\"mail\":\"ann@example.com\",\"n\":1.50}"})", R"({"m":"{\"mail\":\"a***@example.com\",\"n\":1.50}"})"},
      {R"({"m":"{\"password\":\"x\",\"a\":{\"apiKey\":[1]}}"})",
       R"({"m":"{\"password\":\"[REDACTED:field]\",\"a\":{\"apiKey\":\"[REDACTED:field]\"}}"})"},
      {R"({"m":" [ 4111111111111111 , {\"ann@example.com\":4.111111111111111e15} ]\n"})",
       R"({"m":" [ \"[REDACTED:card]\" , {\"a***@example.com\":\"[REDACTED:card]\"} ]\n"})"},
      {R"({"m":"{\"s\":\"ann\\u0040example.com\",\"t\":\"\\u00e9\"}"})",
       R"({"m":"{\"s\":\"a***@example.com\",\"t\":\"\\u00e9\"}"})"},
      {R"({"m":"{\"a\":1,\"a\":\"ann@example.com\"}"})", R"({"m":"{\"a\":1,\"a\":\"a***@example.com\"}"})"},
      {R"({"m":"[4111111111111111]"})", R"({"m":"[\"[REDACTED:card]\"]"})"},
      {R"({"a":["{\"token\":1}"]})", R"({"a":["{\"token\":\"[REDACTED:field]\"}"]})"},
  });
}

TEST(Where, JsonInJsonInAString) {
  expect_records({
      {R"({"m":"{\"body\":\"{\\\"user\\\":\\\"ann@example.com\\\",\\\"pwd\\\":1}\"}"})",
       R"({"m":"{\"body\":\"{\\\"user\\\":\\\"a***@example.com\\\",\\\"pwd\\\":\\\"[REDACTED:field]\\\"}\"}"})"},
      // the third level is text, in which assignments count
      {R"({"m":"{\"b\":\"{\\\"c\\\":\\\"{\\\\\\\"user\\\\\\\":\\\\\\\"ann@example.com\\\\\\\",\\\\\\\"password\\\\\\\":\\\\\\\"x\\\\\\\"}\\\"}\"}"})",
       R"({"m":"{\"b\":\"{\\\"c\\\":\\\"{\\\\\\\"user\\\\\\\":\\\\\\\"a***@example.com\\\\\\\",\\\\\\\"password\\\\\\\":\\\\\\\"[REDACTED:field]\\\\\\\"}\\\"}\"}"})"},
  });
}

TEST(Where, WhatOnlyLooksLikeJson) {
  expect_texts({
      {"{'user': 'ann@example.com', 'password': 'hunter2'}",
       "{'user': 'a***@example.com', 'password': '[REDACTED:field]'}"},
      {"{password=hunter2, user=bob}", "{password=[REDACTED:field], user=bob}"},
      {R"({"password":"hunter2","cut off)", R"({"password":"[REDACTED:field]","cut off)"},
      {R"([{"password":"hunter2"},)", R"([{"password":"[REDACTED:field]"},)"},
      {R"({"a":1},"password":"x"})", R"({"a":1},"password":"[REDACTED:field]"})"},
  });
  for (const char* text : {"[2026-11-20 12:00:00] starting", "[REDACTED:field]", "{}", "[]", "[info] zip: any", "{",
                           "[", " ", "{\"a\":1}", " {\"a\" : [ ] } ", "[1,2,3]", "{a}"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Where, PercentEncoding) {
  expect_texts({
      {"user%40example.com", "u***@example.com"},
      {"/login?user=ann%40example.com&x=1", "/login?user=a***@example.com&x=1"},
      {"first%2Blast%40example.com", "f***@example.com"},
      {"u=ann%2540example.com&v", "u=a***@example.com&v"},
      {"u=ann%25252540example.com&v", "u=a***@example.com&v"},
      {"card=4111+1111+1111+1111&cvc=1", "card=[REDACTED:card]&cvc=1"},
      {"card=4111%201111%201111%201111", "card=[REDACTED:card]"},
      {"ssn=536%2D22%2D8726.", "ssn=[REDACTED:us_ssn]."},
      {"x=%u0061nn%u0040example.com", "x=a***@example.com"},
      {"q=caf%C3%A9%20ann%40example.com", "q=caf%C3%A9%20a***@example.com"},
      {"state=%7B%22user%22%3A%22ann%40example.com%22%7D", "state=%7B%22user%22%3A%22a***@example.com%22%7D"},
      {"%7B%22password%22%3A%22hunter2%22%7D", "%7B%22password%22%3A%22[REDACTED:field]%22%7D"},
  });
  for (const char* text :
       {"100% of %d items", "50%", "a+b", "%zz%", "2026-11-20T12:00:00+0000", "/a%20b/c%2Fd?x=%C3%A9"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Where, CharacterReferences) {
  expect_texts({
      {"mail ann&#64;example.com", "mail a***@example.com"},
      {"mail ann&#x40;example.com", "mail a***@example.com"},
      {"mail ann&commat;example&period;com", "mail a***@example.com"},
      {"mail ann&amp;#64;example.com", "mail a***@example.com"},
      {"4111&#32;1111&nbsp;1111&#32;1111", "[REDACTED:card]"},
  });
  for (const char* text : {"a & b", "x=1&y=2", "AT&T", "&amp;", "&#;", "&#1234567890;"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Where, BackslashEscapesInText) {
  expect_texts({
      {R"(say ann\u0040example.com)", "say a***@example.com"},
      {R"(say ann\x40example.com)", "say a***@example.com"},
      {R"(say ann\100example.com)", "say a***@example.com"},
      {R"(say ann\\u0040example.com)", "say a***@example.com"},
      {R"(4111\u002d1111\u002d1111\u002d1111)", "[REDACTED:card]"},
  });
  for (const char* text : {R"(C:\Users\new\x)", R"(\d+\.\d{3} \1)", R"(\\server\share)"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Where, ControlSequencesOfTerminals) {
  expect_texts({
      {"ann\x1B[35m@example.com", "a***@example.com"},
      {"ann\x1B[0m\x1B[1;31m@example\x1B[m.com", "a***@example.com"},
      {"ann@exa\x1B]0;title\x07mple.com", "a***@example.com"},
      {"ann@exa\x1B]8;;http://x\x1B\\mple.com", "a***@example.com"},
      {"\x1B]8;;http://x?u=ann%40example.com\x07link", "\x1B]8;;http://x?u=a***@example.com\x07link"},
      {std::string("ann\0@example.com", 16), "a***@example.com"},
  });
  for (const char* text : {"\x1B[32mok\x1B[0m", "\x1B]0;title\x07ok", "\x1B", "\x1B]never ends"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Where, TooManyLevelsOfEscapesAreUnexaminable) {
  EXPECT_EQ(redact_text("u=ann%2525252540example.com"), "[REDACTED:unexaminable]");
  EXPECT_EQ(redact_text("x%25252525252525252525"), "[REDACTED:unexaminable]");
  EXPECT_EQ(redact_text(std::string(64, '\\') + "n"), "[REDACTED:unexaminable]");
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  transforms::apply_step(*step, R"({"a":{"m":"x%25252525252525252525"}})");
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "unexaminable", "a.m"}), 1U);
}

TEST(Where, Base64) {
  const std::string text = "mail ann@example.com, now";
  expect_texts({
      {as_base64(text), "[REDACTED:email]"},
      {"body=" + as_base64(text) + "&x", "body=[REDACTED:email]&x"},
      {as_base64url(text) + " y", "[REDACTED:email] y"},
      {"/v1/" + as_base64(text), "/v1/[REDACTED:email]"},
      {"data:text/plain;base64," + as_base64("ann@example.com"), "data:text/plain;base64,[REDACTED:email]"},
      {as_base64("caf\xC3\xA9 4111 1111 1111 1111"), "[REDACTED:card]"},
      {as_base64("x " + as_base64(text)), "[REDACTED:email]"},
      {as_base64("u=ann%40example.com&x=1"), "[REDACTED:email]"},
      {as_base64(R"({"user":"bob","password":"hunter2"})"), "[REDACTED:field]"},
      {"x%3D" + as_base64url(text) + "%3D%3D", "x%3D[REDACTED:email]"},
  });
  for (const std::string& harmless :
       {as_base64("a text without anything"), as_base64(as_base64("and another one, encoded")),
        as_base64("ann@x.co").substr(0, 8), std::string("eyJhbGciOiJIUzI1NiJ9"),
        std::string("550e8400-e29b-41d4-a716-446655440000"),
        as_base64(std::string("\x01\x02\xFF\xFE", 4) + std::string(40, '\x03'))})
    EXPECT_EQ(redact_text(harmless), harmless);
  const std::string off = "{base64: false}";
  EXPECT_EQ(redact_text(as_base64(text), off), as_base64(text));
  EXPECT_EQ(redact_text(as_hex(text), off), as_hex(text));
}

TEST(Where, Hex) {
  expect_texts({
      {as_hex("mail ann@example.com"), "[REDACTED:email]"},
      {"x'" + as_hex("mail ann@example.com") + "'", "x'[REDACTED:email]'"},
      {"0x" + as_hex("4111111111111111"), "0x[REDACTED:card]"},
  });
  for (const char* text :
       {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "4bf92f3577b34da6a3ce929d0e0e4736"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Where, NamesInSegments) {
  expect_records({
      {R"({"http.request.header.authorization":"x","http.status":1})",
       R"({"http.request.header.authorization":"[REDACTED:field]","http.status":1})"},
      {R"({"x-api-key":"a","db_pwd":"b","cfg.db_pwd":"c","user[password]":"d","ns:token":"e"})",
       R"({"x-api-key":"[REDACTED:field]","db_pwd":"[REDACTED:field]","cfg.db_pwd":"[REDACTED:field]",)"
       R"("user[password]":"[REDACTED:field]","ns:token":"[REDACTED:field]"})"},
      {R"({"token.count":1,"cache_key":"b","password.changed":true})",
       R"({"token.count":1,"cache_key":"b","password.changed":true})"},
  });
}

// A step that wrote or moved something before: nodes without a place in the text, or out of its order.
TEST(Where, WhatEarlierStepsWrote) {
  const auto step = transforms::make_step(step_type, detect);
  const std::string json = R"({"a":"bob@example.com","b":{"c":"x"},"d":"4111111111111111"})";
  std::string text = json;
  text.append(record::padding, '\0');
  for (int round = 0; round < 3; ++round) {
    record::Record record;
    ASSERT_EQ(record.parse(std::string_view(text).substr(0, json.size()), {}), record::ParseError::none);
    const record::NodeId object = record.find(record::Record::root, "b");
    record.move(record.find(record::Record::root, "a"), object, "moved");
    record.set_key(record.find(record::Record::root, "d"), "renamed");
    record.insert(record::Record::root, "ann@example.com", "\"eve@example.com\"");
    step->apply(record);
    std::string out;
    record.write(out);
    EXPECT_EQ(
        out,
        R"({"b":{"c":"x","moved":"b***@example.com"},"renamed":"[REDACTED:card]","a***@example.com":"e***@example.com"})");
  }
}

// What isn't in the record any more is neither looked at nor counted.
TEST(Where, WhatEarlierStepsTookOut) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{detect: [email, card]}", surroundings);
  const std::string json =
      R"({"a":{"m":"ann@example.com","l":["bob@example.com"]},"b":{"m":"ann@example.com"},)"
      R"("c":["ann@example.com",{"password":"x"}],"d":"ann@example.com","e":{"m":"eve@example.com"}})";
  std::string text = json;
  text.append(record::padding, '\0');
  record::Record record;
  ASSERT_EQ(record.parse(std::string_view(text).substr(0, json.size()), {}), record::ParseError::none);
  const auto find = [&](std::string_view name) { return record.find(record::Record::root, name); };
  record.remove(find("a"));
  record.set_string(find("b"), "x");
  record.make_array(find("c"));
  record.remove(find("d"));
  ASSERT_FALSE(record.added_nodes());
  step->apply(record);
  std::string out;
  record.write(out);
  EXPECT_EQ(out, R"({"b":"x","c":[],"e":{"m":"e***@example.com"}})");
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "email", "e.m"}), 1U);
  for (const char* field : {"a.m", "a.l.*", "b.m", "c.*", "d"}) {
    EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "email", field}), 0U) << field;
  }
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "field", "c.*.password"}), 0U);
}

// The same for what is in a field that goes for its name, whatever becomes of it.
TEST(Where, NothingIsCountedInWhatWasRedactedAsAWhole) {
  for (const char* yaml : {"{}", "{keep_type: true}", "{actions: {field: remove}}"}) {
    transforms::Surroundings surroundings;
    const auto step = transforms::make_step(step_type, yaml, surroundings);
    const std::string out =
        transforms::apply_step(*step, R"({"token":{"m":"ann@example.com"},"secret":[["bob@example.com"]],"n":1})");
    EXPECT_EQ(out.find("example"), std::string::npos) << out;
    EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "field", "token"}), 1U) << yaml;
    EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "email", "token.m"}), 0U) << yaml;
    EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "email", "secret.*.*"}), 0U) << yaml;
  }
}

TEST(Where, NumbersInListsForPatterns) {
  const char* const yaml = "{patterns: {id: '77\\d'}}";
  EXPECT_EQ(redact(R"({"l":[1,771,[772]],"n":773,"m":74})", yaml),
            R"({"l":[1,"[REDACTED:id]",["[REDACTED:id]"]],"n":"[REDACTED:id]","m":74})");
}

}  // namespace
}  // namespace towline::redact
