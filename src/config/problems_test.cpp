#include "config/problems.hpp"

#include <gtest/gtest.h>

namespace towline::config {
namespace {

TEST(Problems, ArePrintedInTheOrderOfTheFileWithTheirHints) {
  Problems problems("a.yaml");
  problems.add({7, 3}, "second", "do this");
  problems.add({2, 1}, "first");
  problems.add({}, "about the whole file");
  EXPECT_EQ(problems.text(),
            "a.yaml: error: about the whole file\n"
            "a.yaml:2:1: error: first\n"
            "a.yaml:7:3: error: second\n"
            "  hint: do this\n");
}

TEST(Problems, ScopesMakeUpThePath) {
  Problems problems("a.yaml");
  {
    const Problems::Scope sinks(problems, "sinks");
    const Problems::Scope first(problems, "[0]");
    { const Problems::Scope gone(problems, "gone"); }
    const Problems::Scope odd(problems, "odd\nkey");
    problems.add({1, 1}, "bad");
  }
  problems.add({2, 1}, "bad");
  EXPECT_EQ(problems.all()[0].message, "sinks[0].odd\\x0akey: bad");
  EXPECT_EQ(problems.all()[1].message, "bad");
}

TEST(Problems, AreBoundedButCounted) {
  Problems problems("a.yaml");
  for (std::size_t i = 0; i < Problems::kept_max + 5; ++i) problems.add({1, 1}, "bad");
  EXPECT_EQ(problems.count(), Problems::kept_max + 5);
  EXPECT_EQ(problems.all().size(), Problems::kept_max);
  EXPECT_NE(problems.text().find("a.yaml: error: and 5 more problems\n"), std::string::npos);
}

TEST(Problems, NothingFollowsTheLastWordAboutAPlace) {
  Problems problems("a.yaml");
  problems.add_last({1, 1}, "first");
  problems.add({1, 1}, "second");
  problems.add({1, 2}, "elsewhere");
  EXPECT_EQ(problems.text(), "a.yaml:1:1: error: first\na.yaml:1:2: error: elsewhere\n");
  EXPECT_EQ(problems.count(), 3U);
}

TEST(Quoted, EscapesWhatATerminalWouldObeyAndCutsWhatIsLong) {
  EXPECT_EQ(in_quotes("plain ünïcode"), "`plain ünïcode`");
  EXPECT_EQ(in_quotes("a\x1b[31m\x7f\n"), "`a\\x1b[31m\\x7f\\x0a`");
  EXPECT_EQ(in_quotes("\xff\xc2\x9b"), "`\\xff\\xc2\\x9b`");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "`" + std::string(60, 'x') + "…`");
}

TEST(Suggestion, NamesTheNearestOrAllThatThereIs) {
  const std::vector<std::string> known{"listen", "max_record", "tls"};
  EXPECT_EQ(suggestion("lissten", known), "did you mean `listen`?");
  EXPECT_EQ(suggestion("max-record", known), "did you mean `max_record`?");
  EXPECT_EQ(suggestion("tsl", known), "did you mean `tls`?");
  EXPECT_EQ(suggestion("tl", known), "did you mean `tls`?");
  EXPECT_EQ(suggestion("something", known), "known: listen, max_record, tls");
  EXPECT_EQ(suggestion(std::string(100'000, 'x'), known), "known: listen, max_record, tls");
  EXPECT_EQ(suggestion("x", {}), "");
}

}  // namespace
}  // namespace towline::config
