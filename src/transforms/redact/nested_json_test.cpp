#include "transforms/redact/nested_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace towline::redact {
namespace {

TEST(NestedJson, ParsesObjectsAndLists) {
  NestedJson nested;
  for (const char* text : {"{}", "[]", " {\"a\" : 1}\n", "[1,[2,{\"b\":null}]]", "{\"\":1}"}) {
    EXPECT_TRUE(nested.parse(text, {})) << text;
    EXPECT_FALSE(nested.edited());
    std::string out;
    nested.write(out);
    EXPECT_EQ(out, text);
  }
}

TEST(NestedJson, RefusesEverythingElse) {
  NestedJson nested;
  for (const char* text : {"", "{", "[1", "{\"a\":}", "{\"a\":1} x", "1},{\"a\":2", "[1],\"x\":[2]", "1,\"b\":[1]",
                           "[1]}", "{\"a\":1},\"b\":{}", "\xFF[]"})
    EXPECT_FALSE(nested.parse(text, {})) << text;
  EXPECT_FALSE(nested.parse(std::string(200, '[') + std::string(200, ']'), {})) << "deeper than a record may be";
}

TEST(NestedJson, WritesWhatWasEdited) {
  NestedJson nested;
  ASSERT_TRUE(nested.parse(" [1, {\"a\":2} ]\t", {}));
  const record::NodeId first = nested.record().first_child(nested.value());
  nested.record().set_string(first, "x\"");
  EXPECT_TRUE(nested.edited());
  std::string out;
  nested.write(out);
  EXPECT_EQ(out, " [\"x\\\"\", {\"a\":2} ]\t");
}

TEST(NestedJson, WhatMayBeJson) {
  for (const char* text : {"{}", "{\"a\":1}", " [1]", "[{\"a\":1}]", "[]", "[true]", "{ \"a\" }"})
    EXPECT_TRUE(may_be_json(text)) << text;
  for (const char* text :
       {"", "x", "{", "{a}", "[info] x]", "[INFO]", "{\"a\":1", "\"x\"", "{'a':1}", "[2026-11-20] started"})
    EXPECT_FALSE(may_be_json(text)) << text;
}

TEST(NestedJson, WhatLooksLikeFields) {
  for (const char* text : {"{", "{'a': 1}", " {a=1}", "[{'a'", "['a', 1]", "[\"a\""})
    EXPECT_TRUE(looks_like_fields(text)) << text;
  for (const char* text : {"", "x {a=1}", "[info] a=1", "[1, 2]", "[2026-11-20] a=1", "[[REDACTED:email]] a=1"})
    EXPECT_FALSE(looks_like_fields(text)) << text;
}

}  // namespace
}  // namespace towline::redact
