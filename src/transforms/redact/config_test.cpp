// What may be written below `redact:`, and what is said about the rest.
#include "transforms/redact/config.hpp"

#include <gtest/gtest.h>

#include <string>

#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

std::string problems(const std::string& yaml) {
  return transforms::problems_of(step_type, yaml);
}
void expect_problem(const std::string& yaml, const std::string& part) {
  EXPECT_NE(problems(yaml).find(part), std::string::npos) << yaml << " gives: " << problems(yaml);
}

TEST(RedactConfig, ErrorsSayWhereAndWhat) {
  expect_problem("{actions: {emial: mask}}", "did you mean `email`");
  expect_problem("{actions: {email: shred}}", "shred");
  expect_problem("{actions: {jwt: mask}}", "no mask for `jwt`");
  expect_problem("{actions: {field: mask}}", "no mask for `field`");
  expect_problem("{action: hash}", "needs a key");
  expect_problem("{actions: {email: hash}}", "test:1:1");
  expect_problem("{patterns: {a: {pattern: x, action: hash}}}", "needs a key");
  expect_problem("{hash: {previous_key: 0123456789abcdef}}", "the key `key` is missing");
  expect_problem("{patterns: {email: x}}", "the name of a detector");
  expect_problem("{patterns: {field: x}}", "the name of a detector");
  expect_problem("{patterns: {'a b': x}}", "can't be the name of a pattern");
  expect_problem("{patterns: {a: '(?<=x)y'}}", "no look-around");
  expect_problem("{patterns: {a: 'x(?!y)'}}", "test:1:16");
  expect_problem("{patterns: {a: '(x)\\1'}}", "no backreferences");
  expect_problem("{patterns: {a: 'x*'}}", "matches the empty text");
  expect_problem("{patterns: {a: '\\b'}}", "matches the empty text");
  expect_problem("{patterns: {a: '[a'}}", "missing ]");
  expect_problem("{patterns: {a: '(\\pL|\\pN){900}'}}", "repeat less");
  expect_problem("{patterns: {a: '" + std::string(3000, 'x') + "'}}", "longer than 2048 bytes");
  expect_problem("{patterns: {a: {validate: luhn}}}", "`pattern` is missing");
  expect_problem("{patterns: {a: {pattern: x, validate: crc}}}", "crc");
  expect_problem("{patterns: {a: [x]}}", "regular expression");
  expect_problem("{patterns: [x]}", "a map");
  expect_problem("{patterns: {a: x, a: y}}", "a");
  expect_problem("{allow: {values: ['**']}}", "allow everything");
  expect_problem("{allow: {values: ['/(/']}}", "missing )");
  expect_problem("{allow: {fields: ['a..b']}}", "allow");
  expect_problem("{extra_detect: [emial]}", "email");
  EXPECT_EQ(problems("{patterns: {a: 'x+', b: {pattern: '(y)', validate: luhn, action: mask}}, actions: {a: remove, "
                     "field: redact}}"),
            "");
  EXPECT_EQ(problems("{action: hash, hash: {key: 'file:/run/secrets/key'}}"), "");
  std::string many = "{patterns: {";
  for (int i = 0; i < 65; ++i) many += "p" + std::to_string(i) + ": x, ";
  expect_problem(many + "}}", "more than 64 patterns");
}

TEST(RedactConfig, ListsOfDetectorsAddUp) {
  const std::string json = R"({"m":"ann@example.com 4111111111111111"})";
  EXPECT_EQ(transforms::apply_step(step_type, "{detect: [email], extra_detect: [card]}", json),
            R"({"m":"a***@example.com [REDACTED:card]"})");
  EXPECT_EQ(transforms::apply_step(step_type, "{detect: [], extra_detect: [card]}", json),
            R"({"m":"ann@example.com [REDACTED:card]"})");
}

}  // namespace
}  // namespace towline::redact
