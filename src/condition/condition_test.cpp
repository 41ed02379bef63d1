#include "condition/condition.hpp"

#include <gtest/gtest.h>

#include "condition/program.hpp"

namespace towline::condition {
namespace {

// A record and the text that it refers to.
struct Input {
  explicit Input(std::string_view json) : text(json) {
    text.append(record::padding, '\0');
    EXPECT_EQ(record.parse(std::string_view(text).substr(0, json.size()), {}), record::ParseError::none) << json;
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  std::string text;
  record::Record record;
};

Condition condition(std::string_view pattern) {
  Result<Condition> parsed = Condition::parse(pattern);
  EXPECT_TRUE(parsed) << pattern << ": " << (parsed ? "" : parsed.error().message);
  return parsed ? *parsed : Condition();
}

bool matches(std::string_view pattern, std::string_view json) {
  const Input input(json);
  return condition(pattern).matches(input.record);
}

struct Row {
  std::string_view pattern;
  std::string_view json;
  bool matches;
};

template <std::size_t N>
void expect_rows(const Row (&rows)[N]) {
  for (const Row& row : rows) EXPECT_EQ(matches(row.pattern, row.json), row.matches) << row.pattern << "  " << row.json;
}

// The documentation's own example, and what it says about it.
constexpr std::string_view users = R"({"user":{"id":1,"email":"John.Stiles@example.com"},
  "users":[{"id":2,"email":"John.Doe@example.com"},{"id":3,"email":"Jane.Doe@example.com"}],
  "actions":["GET","PUT","DELETE"],"coordinates":[[0,1,2],[4,5,6],[7,8,9]]})";
constexpr std::string_view trail = R"({"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111",
  "arrayKey":["value","another value"],"objectList":[{"name":"a","id":1},{"name":"b","id":2}],
  "SomeObject":null,"cluster.name":"c","ThisFlag":true})";

TEST(Condition, TheExamplesOfCloudWatch) {
  expect_rows({
      {R"({ $.eventType = "UpdateTrail" })", trail, true},
      {R"({ $.sourceIPAddress != 123.123.* })", trail, true},
      {R"({ $.arrayKey[0] = "value" })", trail, true},
      {R"({ $.eventType = %Trail% })", trail, true},
      {R"({ $.arrayKey[*] = %val.{2}% })", trail, true},
      {R"({ $.* = %111\.111\.111\.1[0-9]{1,2}% })", trail, true},
      {R"({ $.['cluster.name'] = "c" })", trail, true},
      {R"({ $.objectList[1].id = 2 })", trail, true},
      {R"({ $.SomeObject IS NULL })", trail, true},
      {R"({ $.SomeOtherObject NOT EXISTS })", trail, true},
      {R"({ $.ThisFlag IS TRUE })", trail, true},
      {R"({ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") })", users, true},
      {R"({ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" })", users, false},
      {R"({ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch })",
       users, true},
      {R"({ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch })",
       users, false},
      {"{ $.users = 1 }", R"({"users":[1,2,3]})", false},
      {"{ $.users != 1 }", R"({"users":[1,2,3]})", false},
      {"{ $.number[0] = 1e+3 }", R"({"number":[1000]})", true},
      {"{ $.number[0] != 1e-3 }", R"({"number":[0.001]})", false},
      {"{ $.latency > +1000 }", R"({"latency":1000.5})", true},
      {"{$.errorCode = 400}", R"({"errorCode":400})", true},
  });
}

// Every operator against every type of value, a missing one included.
TEST(Condition, OperatorsAndTypes) {
  struct Types {
    std::string_view pattern;
    std::string_view matching;  // letters of the values below
  };
  const std::pair<char, std::string_view> values[] = {
      {'s', R"({"v":"text"})"},  {'d', R"({"v":"5"})"},  {'e', R"({"v":""})"},    {'n', R"({"v":5})"},
      {'f', R"({"v":5.5})"},     {'t', R"({"v":true})"}, {'u', R"({"v":false})"}, {'0', R"({"v":null})"},
      {'o', R"({"v":{"v":5}})"}, {'a', R"({"v":[5]})"},  {'m', R"({"w":5})"}};
  const Types table[] = {
      {R"({ $.v = "text" })", "s"},
      {R"({ $.v != "text" })", "denftu"},
      {R"({ $.v = "" })", "e"},
      {R"({ $.v = "5" })", "dn"},
      {R"({ $.v != "5" })", "seftu"},
      {"{ $.v = text }", "s"},
      {"{ $.v != text }", "denftu"},
      {"{ $.v = 5 }", "dn"},
      {"{ $.v != 5 }", "seftu"},
      {"{ $.v = 5.0 }", "n"},
      {"{ $.v = 5* }", "dnf"},
      {"{ $.v != 5* }", "setu"},
      {R"({ $.v = "5*" })", "dnf"},
      {"{ $.v = * }", "sdenftu"},
      {"{ $.v != * }", ""},
      {"{ $.v = true }", "t"},
      {"{ $.v != true }", "sdenfu"},
      {"{ $.v = null }", ""},
      {"{ $.v < 5.1 }", "n"},
      {"{ $.v <= 5 }", "n"},
      {"{ $.v > 5 }", "f"},
      {"{ $.v >= 5 }", "nf"},
      {"{ $.v < 5 }", ""},
      {"{ $.v = %t% }", "st"},
      {"{ $.v != %t% }", "denfu"},
      {"{ $.v = %^$% }", "e"},
      {"{ $.v = %^5% }", "dnf"},
      {"{ $.v IS TRUE }", "t"},
      {"{ $.v IS FALSE }", "u"},
      {"{ $.v IS NULL }", "0"},
      {"{ $.v EXISTS }", "sdenftu0oa"},
      {"{ $.v NOT EXISTS }", "m"},
      {"{ !($.v IS NULL) }", "sdenftuoam"},
      {"{ !($.v = 5) }", "seftu0oam"},
      {"{ $.v.v = 5 }", "o"},
      {"{ $.v[0] = 5 }", "a"},
      {"{ $.v[*] < 6 }", "a"},
      {"{ $.v.* >= 5 }", "o"},
      {"{ $.v.v NOT EXISTS }", "sdenftu0am"},
  };
  for (const Types& row : table) {
    std::string matching;
    for (const auto& [letter, json] : values) matching += matches(row.pattern, json) ? std::string(1, letter) : "";
    EXPECT_EQ(matching, row.matching) << row.pattern;
  }
}

TEST(Condition, Numbers) {
  expect_rows({
      {"{ $.n = 9007199254740993 }", R"({"n":9007199254740993})", true},
      {"{ $.n = 9007199254740993 }", R"({"n":9007199254740992})", false},
      {"{ $.n > 9007199254740992 }", R"({"n":9007199254740993})", true},
      {"{ $.n < 18446744073709551616 }", R"({"n":18446744073709551615})", true},
      {"{ $.n = 1000 }", R"({"n":1e3})", true},
      {"{ $.n = 10e3 }", R"({"n":10000.00})", true},
      {"{ $.n = 0.1 }", R"({"n":0.1000000000000000055})", false},
      {"{ $.n = 0 }", R"({"n":-0.0e5})", true},
      {"{ $.n < 0 }", R"({"n":-1e-400})", true},
      {"{ $.n > 1e400 }", R"({"n":1e401})", true},
      {"{ $.n >= -5 }", R"({"n":-4.9})", true},
      {"{ $.n <= -5 }", R"({"n":-4.9})", false},
      {"{ $.n = 5 }", R"({"n":"5"})", true},
      {"{ $.n = 5 }", R"({"n":"5.0"})", false},
      {"{ $.n = +5 }", R"({"n":5})", true},
      {"{ $.n > 5 }", R"({"n":"6"})", false},
      {"{ $.n = 007 }", R"({"n":7})", false},
      {"{ $.n = 007 }", R"({"n":"007"})", true},
      {"{ $.n = 10.0.0.1 }", R"({"n":"10.0.0.1"})", true},
      {"{ $.n = 1* }", R"({"n":1e3})", true},
      {R"({ $.n = "1000" })", R"({"n":1e3})", false},
  });
}

TEST(Condition, Texts) {
  expect_rows({
      {R"({ $.s = "a*c" })", R"({"s":"abbc"})", true},
      {R"({ $.s = "a*c" })", R"({"s":"abcd"})", false},
      {R"({ $.s = "*b*" })", R"({"s":"abc"})", true},
      {R"({ $.s = "a*b*c" })", R"({"s":"acb"})", false},
      {R"({ $.s = "ab*bc" })", R"({"s":"abc"})", false},
      {R"({ $.s = "*" })", R"({"s":""})", true},
      {R"({ $.s = "**" })", R"({"s":"x"})", true},
      {R"({ $.s = "a\*" })", R"({"s":"a*"})", true},
      {R"({ $.s = "a\*" })", R"({"s":"ab"})", false},
      {R"({ $.s = "say \"hi\"" })", R"({"s":"say \"hi\""})", true},
      {R"({ $.s = "C:\\temp" })", R"({"s":"C:\\temp"})", true},
      {R"({ $.s = "a\nb" })", R"({"s":"a\nb"})", true},
      {R"({ $.s = "é" })", R"({"s":"\u00e9"})", true},
      {R"({ $.s = "\u00e9" })", R"({"s":"é"})", true},
      {R"({ $.s = "😀" })", R"({"s":"\ud83d\ude00"})", true},
      {"{ $.s = größe* }", R"({"s":"größer"})", true},
      {R"({ $.s = "Text" })", R"({"s":"text"})", false},
      {"{ $.s = a/b:c@d#e_f-g+h.i }", R"({"s":"a/b:c@d#e_f-g+h.i"})", true},
      {"{$.s=a&&$.t=b}", R"({"s":"a","t":"b"})", true},
      {"{ $.s = %^a.c$% }", R"({"s":"a\u0062c"})", true},
      {"{ $.s = %100\\%% }", R"({"s":"100%"})", true},
      {"{ $.s = %(?i)error|warn% }", R"({"s":"an ERROR"})", true},
      {"{ $.s != %[0-9]+% }", R"({"s":"none"})", true},
      {"{ $.s = %^.$% }", R"({"s":"é"})", true},
  });
}

TEST(Condition, Selectors) {
  expect_rows({
      {"{ $.a.b.c = 1 }", R"({"a":{"b":{"c":1}}})", true},
      {"{ $.a.b.c = 1 }", R"({"a":{"b":[{"c":1}]}})", false},
      {"{ $.a.b[0].c = 1 }", R"({"a":{"b":[{"c":1}]}})", true},
      {"{ $.a[1] = 2 }", R"({"a":[1,2]})", true},
      {"{ $.a[2] = 2 }", R"({"a":[1,2]})", false},
      {"{ $.a[2] NOT EXISTS }", R"({"a":[1,2]})", true},
      {"{ $.a[0] = 1 }", R"({"a":{"0":1}})", false},
      {"{ $.a.0 = 1 }", R"({"a":{"0":1}})", true},
      {"{ $.a.0 = 1 }", R"({"a":[1]})", false},
      {"{ $.a[*] = 2 }", R"({"a":[1,2]})", true},
      {"{ $.a[*] = 3 }", R"({"a":[1,2]})", false},
      {"{ $.a[*] != 1 }", R"({"a":[1,2]})", true},
      {"{ $.a[*] != 1 }", R"({"a":[1,1]})", false},
      {"{ !($.a[*] = 1) }", R"({"a":[1,2]})", false},
      {"{ $.a[*] EXISTS }", R"({"a":[]})", false},
      {"{ $.a[*] NOT EXISTS }", R"({"a":[]})", true},
      {"{ $.a[*].b[*] = 4 }", R"({"a":[{"b":[1]},{"b":[3,4]},5]})", true},
      {"{ $.a[*][*] = 2 }", R"({"a":[[1],[2]]})", true},
      {"{ $.* = 2 }", R"({"a":1,"b":2})", true},
      {"{ $.*.c = 2 }", R"({"a":1,"b":{"c":2}})", true},
      {"{ $.a.* = 1 }", R"({"a":[1]})", false},
      {"{ $['a'] = 1 }", R"({"a":1})", true},
      {R"({ $["a.b"]["c d"] = 1 })", R"({"a.b":{"c d":1}})", true},
      {R"({ $['it\'s'] = 1 })", R"({"it's":1})", true},
      {R"({ $['*'] = 1 })", R"({"a":1})", false},
      {R"({ $['*'] = 1 })", R"({"*":1})", true},
      {R"({ $[''] = 1 })", R"({"":1})", true},
      {"{ $.a[ 0 ] = 1 }", R"({"a":[1]})", true},
      {"{ $.a.[0] = 1 }", R"({"a":[1]})", true},
      {"{ $.a.b = 1 }", R"({"a.b":1})", false},
      {"{ $.@timestamp EXISTS }", R"({"@timestamp":1})", true},
      {"{ $.x-y_z = 1 }", R"({"x-y_z":1})", true},
      {"{ $.größe = 1 }", R"({"gr\u00f6\u00dfe":1})", true},
      {R"({ $['gr\u00f6\u00dfe'] = 1 })", R"({"größe":1})", true},
      {"{ $.a = 1 }", R"({"\u0061":1})", true},
      {"{ $.A = 1 }", R"({"a":1})", false},
      // Of several members of one name, any may match.
      {"{ $.a = 1 }", R"({"a":1,"a":2})", true},
      {"{ $.a = 2 }", R"({"a":1,"a":2})", true},
      {"{ $.a != 1 }", R"({"a":1,"a":2})", true},
      {"{ $.a.b = 2 }", R"({"a":1,"a":{"b":2}})", true},
      {"{ $.a IS NULL }", R"({"a":1,"\u0061":null})", true},
      {"{ $.a = 1 }", "{}", false},
      {"{ $.a NOT EXISTS }", "{}", true},
  });
}

TEST(Condition, Logic) {
  constexpr std::string_view t = "$.t = 1";
  constexpr std::string_view f = "$.f = 1";
  constexpr std::string_view json = R"({"t":1})";
  const auto holds = [&](std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == 'T' || text[i] == 'F') text.replace(i, 1, text[i] == 'T' ? t : f);
    }
    return matches("{" + text + "}", json);
  };
  for (const char* text : {"T", "(T)", "!(F)", "!(!(T))", "T||F", "F||T", "T&&T", "T||F&&F", "F&&F||T", "(T||F)&&T",
                           "F||F||T", "T&&T&&!(F)", "!(F&&T)", "!(F||F)", "!((T||T)&&F)", "((((T))))", "F&&T||T&&T"})
    EXPECT_TRUE(holds(text)) << text;
  for (const char* text : {"F", "!(T)", "F||F", "T&&F", "F&&T", "(T||F)&&F", "F&&(T||T)", "!(T||F)", "!(T&&T)",
                           "T&&T&&F", "!(!(F))", "F&&F||F", "!(T)||!(T)", "T&&!(T||F)"})
    EXPECT_FALSE(holds(text)) << text;
}

// All formulas of up to four tests, against a computation that does without jumps.
TEST(Condition, LogicIsThatOfBooleans) {
  for (unsigned formula = 0; formula < 1U << 7U; ++formula) {
    for (unsigned truth = 0; truth < 16; ++truth) {
      const auto bit = [&](unsigned i) { return (formula >> i & 1U) != 0; };
      const auto test = [&](unsigned i) { return std::string("$.") + static_cast<char>('a' + i) + " = 1"; };
      const auto value = [&](unsigned i) { return (truth >> i & 1U) != 0; };
      const auto op = [&](unsigned i) { return std::string(bit(i) ? " && " : " || "); };
      const auto apply = [&](unsigned i, bool x, bool y) { return bit(i) ? x && y : x || y; };
      const std::string left = "(" + test(0) + op(0) + test(1) + ")";
      const std::string right = "(" + test(2) + op(1) + test(3) + ")";
      const std::string text = "{" + std::string(bit(3) ? "!" : "") + left + op(2) + (bit(4) ? "!" : "") + right + "}";
      std::string json = "{\"x\":0";
      for (unsigned i = 0; i < 4; ++i) json += value(i) ? std::string(",\"") + static_cast<char>('a' + i) + "\":1" : "";
      const bool expected = apply(2, apply(0, value(0), value(1)) != bit(3), apply(1, value(2), value(3)) != bit(4));
      ASSERT_EQ(matches(text, json + "}"), expected) << text << " " << json;
    }
  }
}

TEST(Condition, Terms) {
  constexpr std::string_view error = R"({"level":"ERROR","msg":"user not found","path":"C:\\x"})";
  expect_rows({
      {"ERROR", error, true},
      {"error", error, false},
      {"ERR", error, true},
      {"  ERROR  ", error, true},
      {"ERROR user", error, true},
      {"ERROR WARN", error, false},
      {"-WARN", error, true},
      {"-ERROR", error, false},
      {"ERROR -WARN", error, true},
      {"ERROR -user", error, false},
      {"?WARN ?ERROR", error, true},
      {"?WARN ?INFO", error, false},
      {"?ERROR", error, true},
      {"?WARN", error, false},
      {R"("not found")", error, true},
      {R"("found not")", error, false},
      {R"(-"not found")", error, false},
      {R"(?"not there" ?"not found")", error, true},
      {R"("\"level\":\"ERROR\"")", error, true},
      {R"("\"level\": \"ERROR\"")", error, false},
      {R"("C:\\\\x")", error, true},
      {"%ERR(OR)?%", error, true},
      {"%^ERROR%", error, false},
      {"-%WARN|INFO%", error, true},
      {"?%WARN% ?%user%", error, true},
      {"ERROR %n.t% -DEBUG \"user not\"", error, true},
      {R"(" ")", R"({"a":1})", true},
      {R"("")", R"({"a":1})", true},
      {R"(-" ")", error, false},
      {"level msg path", error, true},
      {"größe", R"({"a":"größe"})", true},
      {"user-id:5", R"({"a":"user-id:5"})", true},
      // With other terms, those with `?` don't count.
      {"?INFO ?WARN user", error, true},
      {"?ERROR -user", error, false},
      {"?WARN -INFO", error, true},
  });
}

// The text of a record is its JSON: what is escaped there isn't found by the character that it stands for.
TEST(Condition, TermsAreFoundInTheTextAsItIsWritten) {
  expect_rows({
      {R"("gr\u00f6")", R"({"a":"größe"})", true},
      {R"("gr\u00f6")", R"({"a":"gr\u00f6\u00dfe"})", false},
      {R"("gr\\u00f6")", R"({"a":"gr\u00f6\u00dfe"})", true},
      {R"("a\\nb")", R"({"a":"a\nb"})", true},
      {R"("a b")", R"({"a":"a\nb"})", false},
  });
}

TEST(Condition, SeesWhatEarlierStepsDid) {
  Input input(R"({"a":1,"b":{"c":"x"},"d":[1,2]})");
  record::Record& record = input.record;
  Condition set = condition(R"({ $.a = "new\n" })");
  Condition gone = condition("{ $.b.c NOT EXISTS && $.b NOT EXISTS }");
  Condition element = condition("{ $.d[0] = 2 }");
  Condition term = condition("added -found");
  for (Condition* each : {&set, &gone, &element, &term}) EXPECT_FALSE(each->matches(record)) << each->text();
  record.set_string(record.find(record::Record::root, "a"), "new\n");
  record.remove(record.find(record::Record::root, "b"));
  record.remove(record.first_child(record.find(record::Record::root, "d")));
  record.insert(record::Record::root, "added", "true");
  for (Condition* each : {&set, &gone, &element, &term}) EXPECT_TRUE(each->matches(record)) << each->text();
  record.insert(record::Record::root, "e", "\"found\"");
  EXPECT_FALSE(term.matches(record));
}

TEST(Condition, AWrappedLineIsARecord) {
  record::Record record;
  record.wrap("plain ERROR text", "not_object", {});
  EXPECT_TRUE(condition("ERROR").matches(record));
  EXPECT_TRUE(condition(R"({ $.message = "*ERROR*" && $.towline.error = not_object })").matches(record));
}

TEST(Condition, ACopyIsAsGood) {
  const Input input(R"({"a":"\u0062"})");
  Condition one = condition("{ $.a = b }");
  Condition two = one;
  EXPECT_TRUE(two.matches(input.record));
  one = condition("{ $.a = c }");
  EXPECT_FALSE(one.matches(input.record));
  EXPECT_TRUE(two.matches(input.record));
  EXPECT_EQ(two.text(), "{ $.a = b }");
}

TEST(Condition, TheDefaultMatchesEverything) {
  const Input input("{}");
  Condition none;
  EXPECT_TRUE(none.matches(input.record));
  EXPECT_EQ(none.text(), "");
}

}  // namespace
}  // namespace towline::condition
