#include "sources/http/body_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace towline::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Split {
  std::vector<std::string> elements;
  std::vector<std::size_t> numbers;
  std::string fault;
  std::size_t number = 0;
};

Split split(std::string_view body, BodyForm form) {
  BodySplitter splitter(body, form);
  Split result;
  while (const auto element = splitter.next()) {
    result.elements.emplace_back(element->bytes);
    result.numbers.push_back(element->number);
    EXPECT_LE(splitter.position(), body.size());
  }
  EXPECT_FALSE(splitter.next());
  result.fault = splitter.fault();
  result.number = splitter.number();
  return result;
}

TEST(BodySplitter, LinesAreCountedWithTheBlankOnes) {
  const Split lines = split("{\"a\":1}\n\n \t\r\n{\"a\":2}\r\nnot json\n{\"a\":3}", BodyForm::lines);
  EXPECT_THAT(lines.elements, ElementsAre("{\"a\":1}", "{\"a\":2}", "not json", "{\"a\":3}"));
  EXPECT_THAT(lines.numbers, ElementsAre(1, 4, 5, 6));
  EXPECT_EQ(lines.fault, "");
  EXPECT_TRUE(split("", BodyForm::lines).elements.empty());
  EXPECT_TRUE(split("\n\r\n\n", BodyForm::lines).elements.empty());
}

TEST(BodySplitter, AnArrayOfObjects) {
  const Split array = split(" [ {\"a\":[1,{\"b\":\"]}\"}]} ,\n{\n  \"c\" : \"\\\"}\\\\\"\n}\n] \n", BodyForm::json);
  EXPECT_THAT(array.elements, ElementsAre("{\"a\":[1,{\"b\":\"]}\"}]}", "{\n  \"c\" : \"\\\"}\\\\\"\n}"));
  EXPECT_THAT(array.numbers, ElementsAre(1, 2));
  EXPECT_EQ(array.fault, "");
  EXPECT_TRUE(split("[]", BodyForm::json).elements.empty());
  EXPECT_EQ(split(" [ ] ", BodyForm::json).fault, "");
}

TEST(BodySplitter, ObjectsOneAfterTheOther) {
  EXPECT_THAT(split("\xEF\xBB\xBF{\n\"a\":1\n}", BodyForm::json).elements, ElementsAre("{\n\"a\":1\n}"));
  EXPECT_THAT(split("{\"a\":1}\n{\"a\":2}{\"a\":3}\n", BodyForm::json).elements,
              ElementsAre("{\"a\":1}", "{\"a\":2}", "{\"a\":3}"));
  EXPECT_EQ(split(" \n", BodyForm::json).fault, "");
}

TEST(BodySplitter, SaysWhatIsWrongAndWhere) {
  struct Row {
    std::string body;
    std::string fault;
    std::size_t number;
  };
  const std::vector<Row> table{
      {"[", "not closed", 1},
      {"[{}", "not closed", 1},
      {"[{},", "not closed", 2},
      {"[{},]", "not a JSON object", 2},
      {"[,{}]", "not a JSON object", 1},
      {"[{} {}]", "no comma", 1},
      {"[{}}", "no comma", 1},
      {"[{}]]", "follows the array", 1},
      {"[]{}", "follows the array", 0},
      {"[1]", "not a JSON object", 1},
      {"[[{}]]", "not a JSON object", 1},
      {"[{},\"x\"]", "not a JSON object", 2},
      {"[{},{\"a\":\"", "object is not closed", 2},
      {"{\"a\":{}", "object is not closed", 1},
      {"{} {\"a\\\":1}", "object is not closed", 2},
      {"{} null", "not a JSON object", 2},
      {"17", "not a JSON object", 1},
  };
  for (const Row& row : table) {
    const Split result = split(row.body, BodyForm::json);
    EXPECT_THAT(result.fault, HasSubstr(row.fault)) << row.body;
    EXPECT_EQ(result.number, row.number) << row.body;
  }
}

TEST(BodySplitter, KnowsTheForm) {
  EXPECT_EQ(form_of("application/json", "{}"), BodyForm::json);
  EXPECT_EQ(form_of("Application/JSON; charset=utf-8", "x"), BodyForm::json);
  EXPECT_EQ(form_of("application/x-ndjson", "[{}]"), BodyForm::lines);
  EXPECT_EQ(form_of("application/jsonl;x", "[{}]"), BodyForm::lines);
  for (const char* type : {"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(form_of(type, ""), BodyForm::lines);
    EXPECT_EQ(form_of(type, " \n [{}]"), BodyForm::json);
    EXPECT_EQ(form_of(type, "{\"a\":1}\n{\"a\":2}"), BodyForm::lines);
    EXPECT_EQ(form_of(type, "{\"a\":1}"), BodyForm::lines);
    EXPECT_EQ(form_of(type, "\xEF\xBB\xBF{\n  \"a\": 1\n}"), BodyForm::json);
    EXPECT_EQ(form_of(type, "{\"a\":\"}\n"), BodyForm::json);
    EXPECT_EQ(form_of(type, "plain text\n"), BodyForm::lines);
  }
}

TEST(BodySplitter, JoinsTheLinesOfARecord) {
  std::string json = "{\r\n\t\"a\":\n1}";
  join_lines(json);
  EXPECT_EQ(json, "{  \t\"a\": 1}");
}

}  // namespace
}  // namespace towline::http
