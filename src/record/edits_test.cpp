// Edits that make arrays, move members and append much.
#include <gtest/gtest.h>

#include <string>

#include "record/parsed_text_test_support.hpp"

namespace towline::record {
namespace {

TEST(Edits, MakesAndExtendsArrays) {
  ParsedText text(R"({"a":{"x":1},"l":[ 1, 2 ],"e":[ ]})");
  Record& record = text.record;
  record.make_array(text.at("a"));
  EXPECT_EQ(record.value(text.at("a")), "[]");
  const NodeId element = record.append_element(text.at("a"), "\"x\\n\"");
  EXPECT_TRUE(record.in_array(element));
  EXPECT_TRUE(record.value_escaped(element));
  record.append_element(text.at("a"), "null");
  record.append_element(text.at("l"), "3");
  record.append_element(text.at("e"), "4");
  EXPECT_EQ(text.written(), R"({"a":["x\n",null],"l":[ 1, 2,3],"e":[4]})");
  EXPECT_EQ(record.next_in_order(text.at("a.1")), text.at("l"));
  record.make_object(text.at("a.0"));
  record.insert(text.at("a.0"), "k", "1");
  EXPECT_EQ(text.written(), R"({"a":[{"k":1},null],"l":[ 1, 2,3],"e":[4]})");
  record.make_array(text.at("a"));
  record.append_element(text.at("a"), "5");
  EXPECT_EQ(text.written(), R"({"a":[5],"l":[ 1, 2,3],"e":[4]})") << "what was in it is gone";
}

TEST(Edits, MovesAMemberUnderItsOwnKey) {
  ParsedText text(R"({"o":{"\u0061" : [1, 2], "b":3},"z":0})");
  Record& record = text.record;
  record.set_key(text.at("o.b"), "c");
  record.move(text.at("o.a"), Record::root);
  record.move(text.at("o.c"), Record::root);
  EXPECT_EQ(text.written(), R"({"o":{},"z":0,"\u0061" : [1, 2],"c":3})");
  record.set_value(text.at("a.0"), "7");
  EXPECT_EQ(text.written(), R"({"o":{},"z":0,"\u0061" : [7, 2],"c":3})");
}

TEST(Edits, WritesOneValue) {
  ParsedText text(R"({"a": {"x":1, "y":[ 2 ]} ,"s":"v"})");
  Record& record = text.record;
  record.remove(text.at("a.x"));
  std::string out;
  record.write(out, text.at("a"));
  record.write(out, text.at("s"));
  EXPECT_EQ(out, R"({"y":[ 2 ]}"v")");
}

TEST(Edits, AppendingToOneContainerTakesLinearTime) {
  ParsedText text(R"({"l":[],"o":{}})");
  Record& record = text.record;
  std::string expected = R"({"l":[0)";
  record.append_element(text.at("l"), "0");
  for (int i = 1; i < 100'000; ++i) {
    record.append_element(text.at("l"), "0");
    expected += ",0";
  }
  EXPECT_EQ(text.written(), expected + R"(],"o":{}})");
}

}  // namespace
}  // namespace towline::record
