#include "app/commands/logs/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/logs/event.hpp"

namespace towline::app::logs {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

const WallTime when{milliseconds(1'795'000'000'123)};

Event event(std::string text, std::int64_t ms = 0, std::uint32_t stream = 0) {
  return {when + milliseconds(ms), std::move(text), stream};
}

std::string rendered(const RenderOptions& options, std::string text) {
  return Renderer(options, {}).line(event(std::move(text)));
}

TEST(LogsRender, RecordsAreAsTheyAreInAPipe) {
  const std::string record = R"({"b" : 1.0,  "a":"\u00e4","message":"x"})";
  EXPECT_EQ(rendered({}, record), record + "\n");
  EXPECT_EQ(rendered({}, "{\n  \"a\": 1\r\n}"), "{   \"a\": 1  }\n") << "one a line";
}

TEST(LogsRender, ALineThatIsNoRecordBecomesOne) {
  EXPECT_EQ(rendered({}, "plain \"text\"\n"),
            "{\"dt\":\"2026-11-18T11:06:40.123Z\",\"message\":\"plain \\\"text\\\"\\n\"}\n");
  EXPECT_EQ(rendered({}, "[1]"), "{\"dt\":\"2026-11-18T11:06:40.123Z\",\"message\":\"[1]\"}\n");
}

TEST(LogsRender, ColumnsForPeople) {
  const std::string record =
      R"({"dt":"2026-11-18T11:06:40.123Z","level":"ERROR","category":"auth","message":"no such user","n":5,"ip":"::1",)"
      R"("text":"a b","o":{"x":[1,2]}})";
  EXPECT_EQ(rendered({.form = Form::columns}, record),
            "2026-11-18 11:06:40.123Z  ERROR  auth      no such user  n=5 ip=::1 text=\"a b\" o={\"x\":[1,2]}\n");
  const std::string coloured = rendered({.form = Form::columns, .colour = true}, record);
  EXPECT_THAT(coloured, HasSubstr("\x1B[31mERROR\x1B[0m"));
  EXPECT_THAT(coloured, HasSubstr("\x1B[2mn=5 ip=::1"));
  EXPECT_THAT(rendered({.form = Form::columns, .colour = true}, R"({"level":"warning"})"),
              HasSubstr("\x1B[33mwarning"));
}

TEST(LogsRender, NothingSteersTheTerminal) {
  const std::string evil =
      "{\"level\":\"\\u001b[2J\",\"message\":\"a\\nb\\u001b]0;x\\u0007\",\"k\\u001b\":\"\xC2\x9B\"}";
  for (const Form form : {Form::columns, Form::markdown, Form::ndjson}) {
    const std::string line = rendered({.form = form, .to_terminal = true}, evil);
    EXPECT_THAT(line, Not(HasSubstr("\x1B"))) << line;
    EXPECT_THAT(line, Not(HasSubstr("\x07"))) << line;
    EXPECT_THAT(line, Not(HasSubstr("\xC2\x9B"))) << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
  EXPECT_THAT(rendered({.form = Form::columns}, "text\x1B[2J"), Not(HasSubstr("\x1B")));
}

TEST(LogsRender, ColumnsFitWhatIsShown) {
  Renderer renderer({.form = Form::columns}, {});
  const std::vector<Event> events{event(R"({"message":"a"})"), event(R"({"level":"INFO","message":"b"})")};
  renderer.fit(events);
  EXPECT_EQ(renderer.line(events[0]), "2026-11-18 11:06:40.123Z        a\n");
  EXPECT_EQ(renderer.line(events[1]), "2026-11-18 11:06:40.123Z  INFO  b\n");
}

TEST(LogsRender, AMarkdownTableHasNoMarkupOfRecords) {
  Renderer renderer({.form = Form::markdown}, {});
  EXPECT_EQ(renderer.head(), "| time | level | category | message | rest |\n|---|---|---|---|---|\n");
  EXPECT_EQ(renderer.line(event(R"x({"level":"INFO","message":"a|b `c` <img> *d* [e](f)"})x")),
            "| 2026-11-18 11:06:40.123Z | INFO |  | a\\|b \\`c\\` &lt;img&gt; \\*d\\* \\[e\\](f) |  |\n");
}

TEST(LogsRender, RowsOfAQuery) {
  const std::vector<Row> rows{{{"@timestamp", "t1"}, {"count", "5"}}, {{"@timestamp", "time2"}, {"x", "a|b\x1B"}}};
  EXPECT_EQ(render_rows(rows, {}),
            "{\"@timestamp\":\"t1\",\"count\":\"5\"}\n"
            "{\"@timestamp\":\"time2\",\"x\":\"a|b\\u001b\"}\n");
  EXPECT_EQ(render_rows(rows, {.form = Form::markdown}),
            "| @timestamp | count | x |\n|---|---|---|\n| t1 | 5 |  |\n| time2 |  | a\\|b\xEF\xBF\xBD |\n");
  EXPECT_EQ(render_rows({rows[0]}, {.form = Form::columns}), "@timestamp  count\nt1          5\n");
  EXPECT_EQ(render_rows({}, {.form = Form::columns}), "");
}

std::vector<std::string> texts(OldestEvents& events) {
  std::vector<std::string> texts;
  for (const Event& each : events.take()) texts.push_back(each.text);
  return texts;
}

TEST(LogsEvents, TheOldestAreKept) {
  OldestEvents events(2);
  events.add(event("c", 3));
  events.add(event("a", 1));
  EXPECT_FALSE(events.was_cut());
  events.add(event("b", 2));
  events.add(event("d", 4));
  EXPECT_TRUE(events.was_cut());
  EXPECT_THAT(texts(events), testing::ElementsAre("a", "b"));
}

TEST(LogsEvents, WhatTwoStreamsHaveIsThereOnce) {
  OldestEvents events(10);
  for (const std::uint32_t stream : {0U, 1U}) {
    events.add(event("once", 1, stream));
    events.add(event("twice", 2, stream));
    events.add(event("twice", 2, stream));
  }
  events.add(event("once", 5, 1));
  EXPECT_THAT(texts(events), testing::ElementsAre("once", "twice", "twice", "once"));
}

TEST(LogsEvents, ADuplicateIsntMore) {
  OldestEvents events(1);
  events.add(event("a", 1, 0));
  events.add(event("a", 1, 1));
  EXPECT_FALSE(events.was_cut());
  events.add(event("z", 0, 0));
  EXPECT_TRUE(events.was_cut());
  EXPECT_THAT(texts(events), testing::ElementsAre("z"));
}

}  // namespace
}  // namespace towline::app::logs
