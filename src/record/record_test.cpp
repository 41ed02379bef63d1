#include "record/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace towline::record {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime received{std::chrono::nanoseconds{1'795'194'342'123'456'789}};
constexpr std::string_view received_text = "2026-11-20T17:05:42.123456789Z";

// A record and the text that it refers to.
class RecordTest : public testing::Test {
 protected:
  void parse(std::string_view json) {
    text_.assign(json);
    text_.append(padding, '\0');
    ASSERT_EQ(record_.parse(std::string_view(text_).substr(0, json.size()), received), ParseError::none) << json;
  }
  std::string written() const {
    std::string out;
    record_.write(out);
    return out;
  }
  NodeId at(std::string_view path) const { return all(path).at(0); }
  std::vector<NodeId> all(std::string_view path) const {
    std::vector<NodeId> found;
    record_.each(*Path::parse(path), [&](NodeId id) { found.push_back(id); });
    return found;
  }
  std::vector<std::string> values(std::string_view path) const {
    std::vector<std::string> found;
    for (const NodeId id : all(path)) found.emplace_back(record_.value(id));
    return found;
  }

  std::string text_;
  Record record_;
};

TEST_F(RecordTest, UntouchedBytesAreCopied) {
  const std::string_view json =
      R"({"b": 18446744073709551615, "a":1e400,"z":-0.0, "\u0061" :"\/\u00e9" , "a":[ 1,2 ] ,"o":{ }})";
  parse(json);
  EXPECT_EQ(written(), json);
}

TEST_F(RecordTest, WhiteSpaceAndByteOrderMarkAroundARecordAreLeftOut) {
  parse("\xEF\xBB\xBF \t{\"a\":1} \r");
  EXPECT_EQ(written(), R"({"a":1})");
}

TEST_F(RecordTest, AnswersAboutItsNodes) {
  parse(R"({"s":"x\n","\u0061":[true,null],"o":{"n":1}})");
  const NodeId s = record_.first_child(Record::root);
  const NodeId a = record_.next_sibling(s);
  const NodeId o = record_.next_sibling(a);
  EXPECT_EQ(record_.type(s), Type::string);
  EXPECT_EQ(record_.value(s), R"("x\n")");
  EXPECT_TRUE(record_.value_escaped(s));
  EXPECT_FALSE(record_.key_escaped(s));
  EXPECT_EQ(record_.key(a), "\\u0061");
  EXPECT_TRUE(record_.key_escaped(a));
  EXPECT_TRUE(record_.key_is(a, "a"));
  EXPECT_FALSE(record_.key_is(a, "\\u0061"));
  EXPECT_EQ(record_.type(record_.first_child(a)), Type::boolean);
  EXPECT_TRUE(record_.in_array(record_.first_child(a)));
  EXPECT_FALSE(record_.in_array(a));
  EXPECT_EQ(record_.value(o), R"({"n":1})");
  EXPECT_EQ(record_.next_sibling(o), no_node);
  EXPECT_EQ(record_.find(Record::root, "o"), o);
  EXPECT_EQ(record_.find(Record::root, "n"), no_node);
  EXPECT_EQ(record_.find(s, "n"), no_node);
}

TEST_F(RecordTest, WalksInDocumentOrder) {
  parse(R"({"a":{"b":[1,2],"c":{}},"d":3})");
  std::vector<std::string> seen;
  for (NodeId id = record_.next_in_order(Record::root); id != no_node; id = record_.next_in_order(id)) {
    seen.emplace_back(record_.value(id));
  }
  EXPECT_THAT(seen, ElementsAre(R"({"b":[1,2],"c":{}})", "[1,2]", "1", "2", "{}", "3"));
  const NodeId a = record_.find(Record::root, "a");
  EXPECT_EQ(record_.next_after(a), record_.find(Record::root, "d"));
  seen.clear();
  for (NodeId id = record_.next_in_order(a, a); id != no_node; id = record_.next_in_order(id, a)) {
    seen.emplace_back(record_.value(id));
  }
  EXPECT_THAT(seen, ElementsAre("[1,2]", "1", "2", "{}")) << "not what is behind it";
  EXPECT_EQ(record_.next_after(a, a), no_node);
}

TEST_F(RecordTest, NodesAreNumberedInDocumentOrderUntilSomeAreAdded) {
  parse(R"({"a":{"b":[1,2],"c":{}},"d":3})");
  NodeId expected = Record::root;
  for (NodeId id = record_.next_in_order(Record::root); id != no_node; id = record_.next_in_order(id)) {
    EXPECT_EQ(id, ++expected);
  }
  EXPECT_EQ(record_.nodes_end(), expected + 1);
  record_.set_key(1, "x");
  record_.remove(2);
  record_.set_value(record_.find(Record::root, "d"), "4");
  EXPECT_FALSE(record_.added_nodes());
  record_.insert(Record::root, "e", "5");
  EXPECT_TRUE(record_.added_nodes());
  EXPECT_EQ(record_.nodes_end(), expected + 2);
  EXPECT_TRUE(Record(record_).added_nodes());
  parse("{}");
  EXPECT_FALSE(record_.added_nodes());
}

TEST_F(RecordTest, FindsPaths) {
  parse(R"({"a":{"b":[{"t":1},{"t":2,"u":3}],"t":4},"a.b":5,"\u0061":{"b":6},"0":7})");
  EXPECT_THAT(values("a.b.*.t"), ElementsAre("1", "2"));
  EXPECT_THAT(values("a.b.1.t"), ElementsAre("2"));
  EXPECT_THAT(values("a.b.01.t"), IsEmpty()) << "an index is written without zeros before it";
  EXPECT_THAT(values("*.t"), ElementsAre("4"));
  EXPECT_THAT(values("\"a.b\""), ElementsAre("5"));
  EXPECT_THAT(values("a\\.b"), ElementsAre("5"));
  EXPECT_THAT(values("0"), ElementsAre("7"));
  EXPECT_EQ(values("a.b").size(), 2U) << "a key written with escapes equals its decoded form";
  EXPECT_THAT(values("a.t.x"), IsEmpty());
  EXPECT_THAT(values("\"*\""), IsEmpty());
}

TEST_F(RecordTest, SeesAllDuplicates) {
  parse(R"({"a":1,"b":0,"a":2})");
  EXPECT_THAT(values("a"), ElementsAre("1", "2"));
}

TEST_F(RecordTest, RenamesAKeyInPlace) {
  parse(R"({"x": 1, "timestamp" : "t", "y":2})");
  record_.set_key(at("timestamp"), "dt");
  EXPECT_EQ(written(), R"({"x": 1, "dt" : "t", "y":2})");
  EXPECT_THAT(values("dt"), ElementsAre("\"t\"")) << "later steps see it";
  EXPECT_THAT(values("timestamp"), IsEmpty());
}

TEST_F(RecordTest, EscapesNewKeys) {
  parse(R"({"a":1})");
  record_.set_key(at("a"), "say \"hi\"\n");
  EXPECT_EQ(written(), R"({"say \"hi\"\n":1})");
  EXPECT_TRUE(record_.key_is(record_.first_child(Record::root), "say \"hi\"\n"));
}

TEST_F(RecordTest, ReplacesValues) {
  parse(R"({"a": {"b":[1, 2]}, "c":"x"})");
  record_.set_value(at("a.b.0"), "\"one\"");
  record_.set_value(at("c"), "null");
  EXPECT_EQ(written(), R"({"a": {"b":["one", 2]}, "c":null})");
  record_.set_value(at("a"), "7");
  EXPECT_EQ(written(), R"({"a": 7, "c":null})");
  EXPECT_THAT(values("a.b"), IsEmpty());
  record_.set_string(at("c"), "q\"\n\xC3\xA9");
  EXPECT_EQ(written(), "{\"a\": 7, \"c\":\"q\\\"\\n\xC3\xA9\"}");
  EXPECT_TRUE(record_.value_escaped(at("c")));
}

TEST_F(RecordTest, RemovingKeepsCommasRight) {
  struct Case {
    std::vector<std::string> paths;
    std::string_view expected;
  };
  const std::vector<Case> cases = {
      {{"a"}, R"({"b":2,  "c":3 })"}, {{"b"}, R"({ "a":1,  "c":3 })"}, {{"c"}, R"({ "a":1, "b":2})"},
      {{"a", "b"}, R"({"c":3 })"},    {{"b", "c"}, R"({ "a":1})"},     {{"a", "c"}, R"({"b":2})"},
      {{"a", "b", "c"}, R"({})"},
  };
  for (const Case& test : cases) {
    parse(R"({ "a":1, "b":2,  "c":3 })");
    for (const std::string& path : test.paths) record_.remove(at(path));
    EXPECT_EQ(written(), test.expected);
  }
}

TEST_F(RecordTest, RemovesElements) {
  parse(R"({"a":[ 1, {"x":2}, 3 ]})");
  record_.remove(at("a.1"));
  EXPECT_EQ(written(), R"({"a":[ 1, 3 ]})");
  EXPECT_THAT(values("a.1"), ElementsAre("3"));
  record_.remove(at("a.0"));
  record_.remove(at("a.0"));
  EXPECT_EQ(written(), R"({"a":[]})");
}

TEST_F(RecordTest, Inserts) {
  parse(R"({ "a":1 })");
  record_.insert(Record::root, "z", "2");
  record_.insert(Record::root, "f", "\"x\"", Record::Where::first);
  EXPECT_EQ(written(), R"({"f":"x", "a":1,"z":2})");
  EXPECT_THAT(values("*"), ElementsAre("\"x\"", "1", "2"));
}

TEST_F(RecordTest, InsertsIntoEmptyObjects) {
  parse(R"({"o":{ }})");
  record_.insert(at("o"), "a", "1");
  EXPECT_EQ(written(), R"({"o":{"a":1}})");
  parse("{}");
  record_.insert(Record::root, "a", "1", Record::Where::first);
  EXPECT_EQ(written(), R"({"a":1})");
}

TEST_F(RecordTest, MakesObjects) {
  parse(R"({"a":"x","b":1})");
  record_.set_value(at("a"), "2");
  record_.make_object(at("a"));
  record_.insert(at("a"), "k", "3");
  EXPECT_EQ(written(), R"({"a":{"k":3},"b":1})");
  EXPECT_THAT(values("a.k"), ElementsAre("3"));
  record_.set_value(at("a"), "4");
  EXPECT_EQ(written(), R"({"a":4,"b":1})");
}

TEST_F(RecordTest, MovesAMemberWithEverythingInIt) {
  parse(R"({"a":{"x": {"s":"v"}, "y":1}, "b":{}})");
  record_.set_value(at("a.x.s"), "\"w\"");
  const NodeId moved = record_.move(at("a.x"), at("b"), "new");
  EXPECT_EQ(written(), R"({"a":{"y":1}, "b":{"new":{"s":"w"}}})");
  EXPECT_THAT(values("b.new.s"), ElementsAre("\"w\""));
  record_.set_value(at("b.new.s"), "5");
  record_.remove(at("a"));
  EXPECT_EQ(written(), R"({"b":{"new":{"s":5}}})");
  EXPECT_EQ(record_.parent(at("b.new.s")), moved);
}

TEST_F(RecordTest, InsertsTheTimeOnceAndFirst) {
  parse(R"({"a":1})");
  record_.ensure_time("dt");
  const std::string expected = R"({"dt":")" + std::string(received_text) + R"(","a":1})";
  EXPECT_EQ(written(), expected);
  record_.ensure_time("dt");
  EXPECT_EQ(written(), expected);
  parse(R"({"a":1,"\u0064t":2})");
  record_.ensure_time("dt");
  EXPECT_EQ(written(), R"({"a":1,"\u0064t":2})");
}

TEST_F(RecordTest, CopiesAreIndependent) {
  parse(R"({"a":1,"b":2})");
  record_.set_key(at("a"), "x");
  Record copy(record_);
  copy.remove(copy.find(Record::root, "b"));
  record_.set_value(at("b"), "3");
  std::string out;
  copy.write(out);
  EXPECT_EQ(out, R"({"x":1})");
  EXPECT_EQ(written(), R"({"x":1,"b":3})");
}

TEST_F(RecordTest, ACopyOfAWrappedRecordOutlivesTheOriginal) {
  Record copy;
  {
    Record original;
    original.wrap("some text", "not_object", received);
    copy = original;
  }
  std::string out;
  copy.write(out);
  EXPECT_TRUE(copy.wrapped());
  EXPECT_EQ(out, R"({"dt":"2026-11-20T17:05:42.123456789Z","message":"some text","towline":{"error":"not_object"}})");
}

TEST_F(RecordTest, IsEmptyAfterAnError) {
  EXPECT_NE(record_.parse("no", received), ParseError::none);
  EXPECT_EQ(written(), "{}");
  EXPECT_EQ(record_.first_child(Record::root), no_node);
}

TEST_F(RecordTest, IsReusedAndForgetsEdits) {
  parse(R"({"a":1})");
  record_.set_key(at("a"), "b");
  parse(R"({"a":1})");
  EXPECT_EQ(written(), R"({"a":1})");
  EXPECT_EQ(record_.received(), received);
}

TEST_F(RecordTest, SurvivesAGiantAndOrdinaryRecordsAfterIt) {
  std::string giant = R"({"a":[0)";
  for (int i = 0; i < 60'000; ++i) giant += ",{}";
  giant += "],\"s\":\"" + std::string(2'000'000, 'x') + "\"}";
  parse(giant);
  record_.set_key(at("s"), "t");
  EXPECT_EQ(written().size(), giant.size());
  parse(R"({"a":1})");
  EXPECT_EQ(written(), R"({"a":1})");
}

}  // namespace
}  // namespace towline::record
