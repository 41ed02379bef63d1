#include "record/graft.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "record/parsed_text_test_support.hpp"

namespace towline::record {
namespace {

std::string nested(std::size_t arrays) {
  return std::string(arrays, '[') + std::string(arrays, ']');
}

TEST(Graft, CopiesFromAnotherRecordThatMayGo) {
  ParsedText to(R"({"a" : 1, "b":2})");
  auto from =
      std::make_unique<ParsedText>(R"({"x":{"\u0061\"":[1.50, {"n" :null}, "\u00e9\\"], "e":{}, "f":[]}, "y":1})");
  ASSERT_TRUE(graft(to.record, to.at("a"), from->record, from->at("x")));
  from->record.wrap("another text", "test", {});
  from.reset();
  EXPECT_EQ(to.written(), R"({"a" : {"\u0061\"":[1.50,{"n":null},"\u00e9\\"],"e":{},"f":[]}, "b":2})");
  EXPECT_TRUE(to.record.key_is(to.record.first_child(to.at("a")), "a\""));
  EXPECT_TRUE(to.record.value_escaped(to.at("a.*.2")));
  EXPECT_FALSE(to.record.value_escaped(to.at("a.*.0")));
}

TEST(Graft, CopiesAWholeRecord) {
  ParsedText to(R"({"message":"text"})");
  const ParsedText from(R"({"a":1,"b":[true]})");
  ASSERT_TRUE(graft(to.record, to.at("message"), from.record, Record::root));
  EXPECT_EQ(to.written(), R"({"message":{"a":1,"b":[true]}})");
}

TEST(Graft, CopiesScalarsOfEveryKind) {
  ParsedText to(R"({"a":{"x":[1]},"n":12345678901234567890.10,"s":"\n","edited":0})");
  to.record.set_string(to.at("edited"), "line\n");
  for (const auto& [what, expected] :
       {std::pair("n", "12345678901234567890.10"), std::pair("s", R"("\n")"), std::pair("edited", R"("line\n")")}) {
    ASSERT_TRUE(graft(to.record, to.at("a"), to.record, to.at(what)));
    EXPECT_EQ(to.record.value(to.at("a")), expected);
    EXPECT_EQ(to.record.value_escaped(to.at("a")), expected[0] == '"');
  }
  EXPECT_EQ(to.record.first_child(to.at("a")), no_node);
}

TEST(Graft, CopiesWithinARecord) {
  ParsedText text(R"({"a":{"x": [1, {"k" : 2}], "y":3}, "b":0})");
  ASSERT_TRUE(graft(text.record, text.at("b"), text.record, text.at("a")));
  EXPECT_EQ(text.written(), R"({"a":{"x": [1, {"k" : 2}], "y":3}, "b":{"x": [1, {"k" : 2}],"y":3}})");
  text.record.set_value(text.at("b.x.1.k"), "9");
  text.record.remove(text.at("a.y"));
  text.record.append_element(text.at("a.x"), "4");
  EXPECT_EQ(text.written(), R"({"a":{"x": [1, {"k" : 2},4]}, "b":{"x": [1, {"k" : 9}],"y":3}})");
  EXPECT_EQ(text.record.parent(text.at("b.x")), text.at("b"));
}

TEST(Graft, WhatWasRemovedOrChangedInTheOriginalIsSoInTheCopy) {
  ParsedText text(R"({"a":{"first":1,"secret":2,"x":{"secret":3,"z":4,"l":[5,6]},"last":7},"b":0})");
  text.record.remove(text.at("a.secret"));
  text.record.remove(text.at("a.x.secret"));
  text.record.remove(text.at("a.x.l.1"));
  text.record.remove(text.at("a.last"));
  text.record.set_key(text.at("a.x.z"), "w");
  ASSERT_TRUE(graft(text.record, text.at("b"), text.record, text.at("a")));
  EXPECT_EQ(text.written(text.at("b")), R"({"first":1,"x":{"w":4,"l":[5]}})");
}

TEST(Graft, AValueIntoItselfAndOutOfItself) {
  ParsedText text(R"({"a":{"b":{"c":1}}})");
  ASSERT_TRUE(graft(text.record, text.at("a.b.c"), text.record, text.at("a")));
  EXPECT_EQ(text.written(), R"({"a":{"b":{"c":{"b":{"c":1}}}}})");
  ASSERT_TRUE(graft(text.record, text.at("a"), text.record, text.at("a.b.c.b")));
  EXPECT_EQ(text.written(), R"({"a":{"c":1}})");
  ASSERT_TRUE(graft(text.record, text.at("a"), text.record, text.at("a")));
  EXPECT_EQ(text.written(), R"({"a":{"c":1}})");
}

TEST(Graft, IntoElements) {
  ParsedText text(R"({"l":[1, 2 ,3],"o":{"k":[]}})");
  ASSERT_TRUE(graft(text.record, text.at("l.1"), text.record, text.at("o")));
  EXPECT_EQ(text.written(), R"({"l":[1, {"k":[]} ,3],"o":{"k":[]}})");
  text.record.append_element(text.at("l.1.k"), "4");
  EXPECT_EQ(text.written(), R"({"l":[1, {"k":[4]} ,3],"o":{"k":[]}})");
}

TEST(Graft, RefusesWhatWouldBeTooDeep) {
  ParsedText text(R"({"a":{"b":0},"l":)" + nested(depth_max - 1) + "}");
  const std::string before = text.written();
  EXPECT_FALSE(graft(text.record, text.at("a.b"), text.record, text.at("l")));
  EXPECT_EQ(text.written(), before);
  EXPECT_TRUE(graft(text.record, text.at("a.b"), text.record, text.at("l.0")));
  ParsedText again(text.written());
  EXPECT_EQ(again.written(), text.written());
}

TEST(Graft, RefusesWhatWouldBeTooManyValues) {
  std::string json = R"({"a":0,"l":[0)";
  for (std::size_t i = 4; i < values_max / 2; ++i) json += ",0";
  ParsedText text(json + "]}");
  EXPECT_EQ(extent(text.record, Record::root).values, values_max / 2);
  EXPECT_TRUE(graft(text.record, text.at("a"), text.record, text.at("l")));
  const std::string before = text.written();
  EXPECT_FALSE(graft(text.record, text.at("a.0"), text.record, text.at("l")));
  EXPECT_TRUE(graft(text.record, text.at("a.0"), text.record, text.at("l.0")));
  EXPECT_EQ(text.written(), before);
}

TEST(Graft, KnowsBeforehandWhatFits) {
  const ParsedText to(R"({"a":1})");
  const ParsedText from(R"({"l":)" + nested(depth_max - 1) + "}");
  const NodeId inner = from.record.first_child(from.at("l"));
  EXPECT_TRUE(fits(to.record, *Path::parse("a"), from.record, from.at("l")));
  EXPECT_FALSE(fits(to.record, *Path::parse("a.b"), from.record, from.at("l")));
  EXPECT_TRUE(fits(to.record, *Path::parse("a.b"), from.record, inner));
  EXPECT_FALSE(fits(to.record, *Path::parse("a"), from.record, Record::root));
}

TEST(Graft, MeasuresValues) {
  const ParsedText text(R"({"a":[{},[1]],"b":{"c":{"d":0}},"e":1})");
  EXPECT_EQ(extent(text.record, text.at("a")).values, 4U);
  EXPECT_EQ(extent(text.record, text.at("a")).height, 2U);
  EXPECT_EQ(extent(text.record, text.at("e")).height, 0U);
  EXPECT_EQ(extent(text.record, Record::root).height, 3U);
  EXPECT_EQ(depth(text.record, text.at("b.c.d")), 3U);
  EXPECT_EQ(depth(text.record, Record::root), 0U);
}

}  // namespace
}  // namespace towline::record
