#include "app/commands/import/yaml.hpp"

#include <gtest/gtest.h>

#include "config/node.hpp"

namespace towline::app::migration {
namespace {

TEST(ImportYaml, TextsStayTexts) {
  const std::pair<const char*, const char*> table[] = {
      {"plain", "plain"},
      {"0.0.0.0:9000", "0.0.0.0:9000"},
      {":9000", "\":9000\""},
      {"https://a.b/c-d", "https://a.b/c-d"},
      {"${VAR}", "${VAR}"},
      {"", "\"\""},
      {"12", "\"12\""},
      {"-1.5e3", "\"-1.5e3\""},
      {"true", "\"true\""},
      {"Off", "\"Off\""},
      {"null", "\"null\""},
      {"two words", "\"two words\""},
      {"a: b", "\"a: b\""},
      {"a:", "\"a:\""},
      {"say \"x\"", "'say \"x\"'"},
      {"it's \"x\"", "'it''s \"x\"'"},
      {"a\\d", "'a\\d'"},
      {"two\nlines", "\"two\\nlines\""},
      {"# x", "\"# x\""},
      {"- x", "\"- x\""},
      {"*", "\"*\""},
      {"\xC3\xA9", "\"\xC3\xA9\""},
  };
  for (const auto& [text, written] : table) {
    EXPECT_EQ(yaml_text(text, false), written) << text;
    config::Problems problems("test");
    for (const bool in_flow : {false, true}) {
      const std::string document = in_flow ? "[" + yaml_text(text, true) + "]" : "- " + yaml_text(text, false);
      const auto node = config::parse_yaml(document, {}, problems);
      ASSERT_TRUE(node && node->items.size() == 1) << document << problems.text();
      EXPECT_EQ(node->items.front().text, text) << document;
    }
  }
}

Yaml steps() {
  Yaml list = Yaml::list();
  list.push(Yaml::map().set("set", Yaml::map().set("a", Yaml::plain("1")).set("b", Yaml::text("1")).compact()));
  return list;
}

TEST(ImportYaml, CommentsStandAboveWhatTheyAreAbout) {
  Yaml list = steps();
  list.push(Yaml::map().set("remove", Yaml::texts({"x"}).compact()).comment("why"));
  list.closing_comments({"at the end"});
  Yaml document = Yaml::map();
  document.comment("first").set("data_dir", Yaml::text("/x").comment("second"));
  document.set("steps", std::move(list));
  EXPECT_EQ(document.dump(),
            "# first\n"
            "# second\n"
            "data_dir: /x\n"
            "\n"
            "steps:\n"
            "  - set: { a: 1, b: \"1\" }\n"
            "  # why\n"
            "  - remove: [x]\n"
            "  # at the end\n");
}

TEST(ImportYaml, ACommentCanNotEndEarly) {
  Yaml document = Yaml::map();
  document.set("a", Yaml::plain("1").comment("one\nb: 2"));
  EXPECT_EQ(document.dump(), "# one b: 2\na: 1\n");
}

TEST(ImportYaml, WhatIsOffIsAComment) {
  Yaml sinks = Yaml::map();
  sinks.set("a", Yaml::map().set("type", Yaml::text("x")).set("steps", steps()).comment("no").off());
  sinks.set("b", Yaml::map());
  EXPECT_EQ(Yaml::map().set("sinks", std::move(sinks)).dump(),
            "sinks:\n"
            "  # no\n"
            "  # a:\n"
            "  #   type: x\n"
            "  #   steps:\n"
            "  #     - set: { a: 1, b: \"1\" }\n"
            "  b: {}\n");
}

TEST(ImportYaml, ListsAndLongMapsAreWritten) {
  Yaml list = Yaml::list();
  list.push(
      Yaml::map().set("a", Yaml::text(std::string(70, 'x'))).set("b", Yaml::text(std::string(70, 'y'))).compact());
  EXPECT_EQ(Yaml::map().set("l", std::move(list)).set("e", Yaml::list()).dump(),
            "l:\n  - a: " + std::string(70, 'x') + "\n    b: " + std::string(70, 'y') + "\n\ne: []\n");
}

}  // namespace
}  // namespace towline::app::migration
