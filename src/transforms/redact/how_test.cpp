// What is done with what was found: actions, patterns, what is allowed, types, the marker.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json_string.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

constexpr const char* dropped = "(dropped)";
const std::string key = "hash: { key: 0123456789abcdef }";

std::string redact(component::Step& step, const std::string& json) {
  return transforms::step_keeps(step, json) ? transforms::apply_step(step, json) : dropped;
}

std::string redact(const std::string& json, const std::string& yaml) {
  const auto step = transforms::make_step(step_type, yaml);
  const std::string out = redact(*step, json);
  if (out != dropped) {
    EXPECT_EQ(redact(*step, out), out) << "redacting twice is redacting once: " << json;
  }
  return out;
}

using Cases = std::vector<std::pair<std::string, std::string>>;

void expect_records(const std::string& yaml, const Cases& cases) {
  for (const auto& [json, expected] : cases) EXPECT_EQ(redact(json, yaml), expected) << yaml;
}

TEST(Actions, WithoutAnyAddressesAreMaskedAndTheRestIsRedacted) {
  expect_records("{}", {{R"({"m":"ann@example.com 4111111111111111 536-22-8726","token":1})",
                         R"({"m":"a***@example.com [REDACTED:card] [REDACTED:us_ssn]","token":"[REDACTED:field]"})"},
                        {R"({"m":"to x%B6%61nn%40example.com, %C3%BCnal%40example.com, %B6ann%40example.com"})",
                         R"({"m":"to x***@example.com, ü***@example.com, ***@example.com"})"}});
}

TEST(Actions, Redact) {
  expect_records("{action: redact}", {{R"({"m":"ann@example.com 4111111111111111","ann@example.com":1})",
                                       R"({"m":"[REDACTED:email] [REDACTED:card]","[REDACTED:email]":1})"}});
}

TEST(Actions, Mask) {
  const std::string yaml = "{action: mask, extra_detect: [], patterns: { id: 'E\\d+' } }";
  expect_records(yaml, {
                           {R"({"m":"ann@example.com 4111 1111 1111 1112 is none, 4111 1111 1111 1111 is"})",
                            R"({"m":"a***@example.com 4111 1111 1111 1112 is none, ****1111 is"})"},
                           {R"({"m":"536-22-8726, DE89370400440532013000"})", R"({"m":"****8726, ****3000"})"},
                           {R"({"n":4111111111111111,"m":"E12345678 E1"})", R"({"n":"****1111","m":"****5678 ****"})"},
                           {R"({"m":"Bearer abcdef0123456789","token":"x"})",
                            R"({"m":"Bearer [REDACTED:bearer]","token":"[REDACTED:field]"})"},
                       });
  expect_records("{actions: {card: mask}}",
                 {{R"({"m":"4111 1111 1111 1111 x@example.com"})", R"({"m":"****1111 ***@example.com"})"}});
}

TEST(Actions, Hash) {
  const std::string yaml = "{action: hash, " + key + "}";
  const std::string token = "[REDACTED:email:jagd:jphaolepbnjpabje]";
  const std::string out = redact(R"({"m":"ann@example.com"})", yaml);
  const std::string found = out.substr(6, out.size() - 8);
  EXPECT_EQ(found, token) << "what README.md says how to compute";
  // The same value in other forms, places and letters has the same token.
  expect_records(yaml, {
                           {R"({"m":"to Ann@Example.COM, now"})", R"({"m":"to )" + found + R"(, now"})"},
                           {R"({"m":"u=ann%40example.com&x"})", R"({"m":"u=)" + found + R"(&x"})"},
                           {R"({"ann@example.com":1})", "{\"" + found + "\":1}"},
                           {R"({"m":"{\"a\":\"ann@example.com\"}"})", R"({"m":"{\"a\":\")" + found + R"(\"}"})"},
                           {R"({"m":"bWFpbCBhbm5AZXhhbXBsZS5jb20="})", "{\"m\":\"" + found + "\"}"},
                       });
  EXPECT_NE(redact(R"({"m":"bob@example.com"})", yaml), out);
  EXPECT_NE(redact(R"({"m":"ann@example.com"})", "{action: hash, hash: {key: 0123456789abcdeF}}"), out);
  const std::string card = redact(R"({"m":"4111111111111111"})", yaml);
  EXPECT_EQ(redact(R"({"m":"4111-1111-1111-1111"})", yaml), card);
  EXPECT_EQ(redact(R"({"m":4.111111111111111e15})", yaml), card);
}

TEST(Actions, HashOfFields) {
  const std::string yaml = "{detect: [], actions: {field: hash}, " + key + "}";
  const std::string out = redact(R"({"token":"abc","secret":"abc","pwd":true,"cvv":[1],"password":{"a":1}})", yaml);
  const std::string token = out.substr(10, 38);
  EXPECT_TRUE(token.starts_with("[REDACTED:field:") && token.ends_with(']')) << token;
  EXPECT_NE(out.find("\"secret\":\"" + token + "\""), std::string::npos) << "the same value, the same token";
  EXPECT_NE(out.find("\"pwd\":\"[REDACTED:field:"), std::string::npos);
  EXPECT_NE(out.find("\"cvv\":\"[REDACTED:field]\",\"password\":\"[REDACTED:field]\""), std::string::npos)
      << "lists and objects have no tokens";
  EXPECT_EQ(redact(R"({"token":"\u0061bc"})", yaml), "{\"token\":\"" + token + "\"}");
}

TEST(Actions, HashWithTwoKeys) {
  const std::string old_token = redact(R"({"m":"ann@example.com"})", "{action: hash, " + key + "}");
  const std::string out = redact(R"({"m":"ann@example.com"})",
                                 "{action: hash, hash: {key: fedcba9876543210, previous_key: 0123456789abcdef}}");
  const std::string old_part = old_token.substr(old_token.find("email:") + 5, 22);
  EXPECT_NE(out.find(old_part + "]"), std::string::npos) << out << " has " << old_part;
  EXPECT_EQ(out.size(), old_token.size() + old_part.size());
}

TEST(Actions, HashWithoutAKeyThatCanBeReadIsRedaction) {
  expect_records(
      "{action: hash, hash: {key: 'file:/nonexistent/key'}}",
      {{R"({"m":"ann@example.com","token":"x"})", R"({"m":"[REDACTED:email]","token":"[REDACTED:field]"})"}});
  expect_records("{action: hash, hash: {key: tooshort}}",
                 {{R"({"m":"ann@example.com"})", R"({"m":"[REDACTED:email]"})"}});
}

TEST(Actions, Remove) {
  expect_records(
      "{detect: [email, card], actions: {email: remove, card: remove, field: remove}}",
      {
          {R"({"a":1,"m":"ann@example.com","b":2})", R"({"a":1,"b":2})"},
          {R"({"m":"to ann@example.com and bob@example.com."})", R"({"m":"to  and ."})"},
          {R"({"l":["ann@example.com","x",4111111111111111,"4111111111111111"]})", R"({"l":["x"]})"},
          {R"({"ann@example.com":{"a":1},"x ann@example.com":2})", R"({"x ":2})"},
          {R"({"password":"x","o":{"token":{"a":1},"b":1},"cookie":null})", R"({"o":{"b":1},"cookie":null})"},
          {R"({"m":"{\"a\":\"ann@example.com\",\"pwd\":1,\"b\":[\"bob@example.com\"]}"})", R"({"m":"{\"b\":[]}"})"},
          {R"({"m":"{'password': 'x'}"})", R"({"m":"{'password': ''}"})"},
          {R"({"m":" ann@example.com "})", R"({})"},
      });
}

TEST(Actions, RemovingBringsNothingTogether) {
  EXPECT_EQ(
      redact(R"({"m":"annann@example.com@example.com"})", "{detect: [email], actions: {email: remove}}").find('@'),
      std::string::npos);
}

TEST(Actions, DropRecord) {
  const std::string yaml = "{detect: [card, email], actions: {card: drop_record, field: drop_record}}";
  expect_records(yaml, {
                           {R"({"m":"ann@example.com"})", R"({"m":"a***@example.com"})"},
                           {R"({"m":"4111111111111111"})", dropped},
                           {R"({"4111111111111111":1})", dropped},
                           {R"({"n":4111111111111111})", dropped},
                           {R"({"m":"{\"a\":[\"x\",\"4111111111111111\"]}"})", dropped},
                           {R"({"m":"n=4111%201111%201111%201111"})", dropped},
                           {R"({"m":"Y2FyZCA0MTExMTExMTExMTExMTEx"})", dropped},
                           {R"({"token":1})", dropped},
                           {R"({"m":"{\"pwd\":1}"})", dropped},
                           {"card 4111111111111111", dropped},
                           {"token=abc", dropped},
                       });
  expect_records("{detect: [bearer, card], actions: {card: drop_record}}",
                 {{R"({"m":"Bearer x-4111111111111111"})", dropped}});  // though it is in the match of another
}

TEST(Actions, DroppedRecordsAreCounted) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{actions: {card: drop_record}}", surroundings);
  EXPECT_FALSE(transforms::step_keeps(*step, R"({"m":"4111111111111111"})"));
  EXPECT_FALSE(transforms::step_keeps(*step, R"({"k 4111111111111111":1})"));
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "card", "m"}), 1U);
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "card", "*"}), 1U);
  EXPECT_TRUE(transforms::step_keeps(*step, R"({"m":"fine"})")) << "the next record is looked at by itself";
}

TEST(Patterns, Find) {
  const std::string yaml = R"({patterns: {employee_id: 'E\d{6}', pin: { pattern: 'pin (\d{4})', action: remove }}})";
  expect_records(yaml, {
                           {R"({"m":"by E123456, E12, pin 1234.","E654321":1})",
                            R"({"m":"by [REDACTED:employee_id], E12, pin .","[REDACTED:employee_id]":1})"},
                           {R"({"m":"x%45123456"})", R"({"m":"x[REDACTED:employee_id]"})"},
                           {R"({"m":"{\"a\":\"E123456\"}"})", R"({"m":"{\"a\":\"[REDACTED:employee_id]\"}"})"},
                           {R"({"m":"E123456@example.com"})", R"({"m":"E***@example.com"})"},
                       });
  expect_records("{patterns: {id: '77\\d{6}'}}", {{R"({"a":77123456,"b":[77123456.5],"c":12})",
                                                   R"({"a":"[REDACTED:id]","b":["[REDACTED:id]"],"c":12})"}});
  expect_records(
      "{detect: [], fields: [], patterns: {word: '[a-zA-Z]+'}}",
      {{R"({"m":"what is it"})", R"({"[REDACTED:word]":"[REDACTED:word] [REDACTED:word] [REDACTED:word]"})"}});
  expect_records("{detect: [], patterns: {a: 'x+y', b: 'y+z'}, actions: {b: remove}}",
                 {{R"({"m":"1xxyyz2"})", R"({"m":"12"})"}});
}

TEST(Patterns, Validate) {
  expect_records(
      "{detect: [], patterns: {n: {pattern: '[0-9-]+', validate: luhn}}}",
      {{R"({"m":"79927398713 79927398714 7992-7398-713"})", R"({"m":"[REDACTED:n] 79927398714 [REDACTED:n]"})"}});
  expect_records("{detect: [], patterns: {n: {pattern: '[0-9]+', validate: card}}}",
                 {{R"({"m":"4111111111111111 79927398713"})", R"({"m":"[REDACTED:n] 79927398713"})"}});
  expect_records("{detect: [], patterns: {n: {pattern: '[A-Z0-9 ]+', validate: mod97}}}",
                 {{R"({"m":"DE89 3704 0044 0532 0130 00,DE89370400440532013001"})",
                   R"({"m":"[REDACTED:n],DE89370400440532013001"})"}});
}

// The name of a detector in what it left may be the name of a sensitive field.
TEST(Names, WhatWasRedactedInAKeyIsNoName) {
  for (const char* name : {"generic_secret", "private_key", "aws_secret_key", "cookie", "url_password"}) {
    const std::string redacted = "=[REDACTED:" + std::string(name) + "]";
    for (const std::string& begin : {"x|secret_key" + redacted, "x" + redacted, "a " + redacted + " b", redacted}) {
      const std::string member = "{\"" + begin + "\":{\"n\":\"v\"}}";
      EXPECT_EQ(redact(member, "{}"), member);
      std::string text;
      append_json_string(text, member);
      EXPECT_EQ(redact("{\"m\":" + text + "}", "{}"), "{\"m\":" + text + "}");
      redact("{\"" + begin + "\":\"v\"", "{}");  // no record; redact() checks what twice gives
      redact("x " + begin + ": v", "{}");
    }
  }
  expect_records("{}",
                 {{R"({"x|secret_key=kRdPc5j7iR93kd0PqLx":"v"})", R"({"x|secret_key=[REDACTED:generic_secret]":"v"})"},
                  {R"({"x secret_key=kRdPc5j7iR93kd0PqLx.token":"v"})",
                   R"({"x secret_key=[REDACTED:generic_secret]":"[REDACTED:field]"})"}});
}

TEST(Allow, Fields) {
  expect_records(
      "{allow: {fields: [support_email, user.contact, '*.trace', next_token]}}",
      {
          {R"({"support_email":"a@example.com","x":{"supportEmail":"b@example.com"},"m":"c@example.com"})",
           R"({"support_email":"a@example.com","x":{"supportEmail":"b@example.com"},"m":"***@example.com"})"},
          {R"({"user":{"contact":{"a":["a@example.com"],"password":1},"b":"b@example.com"},"contact":"c@example.com"})",
           R"({"user":{"contact":{"a":["a@example.com"],"password":1},"b":"***@example.com"},"contact":"***@example.com"})"},
          {R"({"a":{"trace":"a@example.com"},"trace":"b@example.com","next_token":1,"token":1})",
           R"({"a":{"trace":"a@example.com"},"trace":"***@example.com","next_token":1,"token":"[REDACTED:field]"})"},
          {R"({"m":"{\"support_email\":\"a@example.com\",\"b\":\"bo@example.com\"}"})",
           R"({"m":"{\"support_email\":\"a@example.com\",\"b\":\"b***@example.com\"}"})"},
      });
  expect_records("{fields: [a.b, a.c], allow: {fields: [a.b]}}",
                 {{R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1,"c":"[REDACTED:field]"}})"}});
}

TEST(Allow, Values) {
  expect_records("{allow: {values: ['*@example.org', '/^4111.*/', 'ops@*']}}",
                 {
                     {R"({"m":"ann@example.org ANN@EXAMPLE.ORG ann@example.org.evil.com ops@x.com dev@x.com"})",
                      R"({"m":"ann@example.org ANN@EXAMPLE.ORG a***@example.org.evil.com ops@x.com d***@x.com"})"},
                     {R"({"m":"u=ann%40example.org","n":4111111111111111})",
                      R"({"m":"u=ann%40example.org","n":4111111111111111})"},
                     {R"({"token":"ann@example.org"})", R"({"token":"[REDACTED:field]"})"},
                 });
}

TEST(KeepType, WhatIsNoTextKeepsItsType) {
  expect_records(
      "{keep_type: true}",
      {{R"({"token":1.5,"secret":true,"pwd":[1],"cvv":{"a":1},"password":"x","n":4111111111111111,"cookie":null})",
        R"({"token":0,"secret":false,"pwd":[],"cvv":{},"password":"[REDACTED:field]","n":0,"cookie":null})"}});
}

TEST(Marker, SaysWhatWasRedacted) {
  expect_records(
      "{marker: true}",
      {
          {R"({"a":1})", R"({"a":1})"},
          {R"({"extra":{"email":"ann@example.com","to":["a@example.com","b@example.com"]},"token":1})",
           R"({"extra":{"email":"a***@example.com","to":["***@example.com","***@example.com"]},"token":"[REDACTED:field]",)"
           R"("towline":{"redacted":["extra.email:email","extra.to.*:email","token:field"]}})"},
          {R"({"m":"{\"user\":\"ann@example.com\"}","ann@example.com":"4111111111111111"})",
           R"({"m":"{\"user\":\"a***@example.com\"}","a***@example.com":"[REDACTED:card]",)"
           R"("towline":{"redacted":["m.user:email","*:email","*:card"]}})"},
          {R"({"towline":{"redacted":["x:email"],"a":1},"m":"ann@example.com"})",
           R"({"towline":{"redacted":["x:email","m:email"],"a":1},"m":"a***@example.com"})"},
          {R"({"towline":"mine","m":"ann@example.com"})", R"({"towline":"mine","m":"a***@example.com"})"},
          {R"({"towline":{"redacted":1},"m":"ann@example.com"})",
           R"({"towline":{"redacted":1},"m":"a***@example.com"})"},
      });
}

TEST(Marker, OfALineThatIsNoRecord) {
  const auto step = transforms::make_step(step_type, "{marker: true}");
  const std::string out = transforms::apply_step(*step, "password=x of ann@example.com");
  EXPECT_NE(out.find(R"("towline":{"error":"test","redacted":["message:field","message:email"]}})"), std::string::npos)
      << out;
}

// What stands in the list is a text like any other when it is read again.
TEST(Marker, NamesNoPathThatWouldBeRedactedNextTime) {
  expect_records("{marker: true}",
                 {
                     {R"({"{password":"x","token":1})", R"({"{password":"[REDACTED:field]","token":"[REDACTED:field]",)"
                                                        R"("towline":{"redacted":["token:field"]}})"},
                     {R"({"[{/token":{"a":1}})", R"({"[{/token":"[REDACTED:field]"})"},
                 });
}

TEST(Marker, IsBounded) {
  const auto step = transforms::make_step(step_type, "{marker: true}");
  std::string json = "{\"a\":1";
  for (int i = 0; i < 200; ++i) json += ",\"k" + std::to_string(i) + "\":\"ann@example.com\"";
  const std::string out = transforms::apply_step(*step, json + "}");
  EXPECT_NE(out.find("\"k62:email\",\"other\"]}}"), std::string::npos) << out.substr(out.size() - 100);
}

}  // namespace
}  // namespace towline::redact
