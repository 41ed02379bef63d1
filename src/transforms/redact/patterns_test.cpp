#include "transforms/redact/patterns.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace towline::redact {
namespace {

// Patterns and what they are used with. It outlives the finder, as the finder holds pointers to the rules.
class Patterns {
 public:
  explicit Patterns(const std::vector<std::string>& expressions, Validation validate = Validation::none)
      : list_(compile(expressions, validate)), rules_(rules(list_)), finder_(list_, rules_) {}

  const PatternFinder& finder() const { return finder_; }
  const Rule& rule(std::size_t number) const { return rules_[number]; }

  // What was found, between | each; `!` if nothing may be shown.
  std::string find(const std::string& text) const {
    Budget budget;
    budget.start(text.size());
    std::vector<Finding> findings;
    if (!finder_.find(text, budget, findings)) return "!";
    std::string out;
    for (const Finding& finding : findings) out += "|" + text.substr(finding.begin, finding.end - finding.begin) + "|";
    return out;
  }

 private:
  static PatternList compile(const std::vector<std::string>& expressions, Validation validate) {
    PatternList list;
    for (const std::string& expression : expressions) {
      auto compiled = compile_pattern(expression);
      EXPECT_EQ(compiled.index(), 0U) << expression;
      const std::string name = "p" + std::to_string(list.patterns.size());
      list.patterns.push_back({name, std::get<0>(std::move(compiled)), validate, std::nullopt});
    }
    return list;
  }
  static std::vector<Rule> rules(const PatternList& list) {
    std::vector<Rule> rules;
    for (const Pattern& pattern : list.patterns) rules.push_back({pattern.name, Action::redact, nullptr});
    return rules;
  }

  PatternList list_;
  std::vector<Rule> rules_;
  PatternFinder finder_;
};

TEST(PatternFinder, WithoutPatternsThereIsNothing) {
  const Patterns none({});
  EXPECT_TRUE(none.finder().empty());
  EXPECT_FALSE(none.finder().any("text"));
  EXPECT_EQ(none.find("text"), "");
}

TEST(PatternFinder, FindsAllMatchesInTheOrderOfTheText) {
  const Patterns patterns({R"(E\d{3})", "[xy]+"});
  EXPECT_FALSE(patterns.finder().empty());
  EXPECT_EQ(patterns.find("E123 xx, E456yE789"), "|E123||xx||E456||y||E789|");
  EXPECT_EQ(patterns.find(""), "");
  EXPECT_EQ(patterns.find("E12 z"), "");
}

TEST(PatternFinder, OfAGroupOnlyWhatItMatched) {
  const Patterns patterns({R"(pin (\d{4})|code)"});
  EXPECT_EQ(patterns.find("pin 1234 code pin 5678"), "|1234||code||5678|");
  EXPECT_EQ(Patterns({"a(x*)b"}).find("ab axb"), "|x|") << "an empty group hides nothing";
}

TEST(PatternFinder, OverlapsAreOneFinding) {
  const Patterns patterns({"ab+", "b+c"});
  EXPECT_EQ(patterns.find("abbc x bc"), "|abbc||bc|");
  Budget budget;
  budget.start(4);
  std::vector<Finding> findings;
  ASSERT_TRUE(patterns.finder().find("abbc", budget, findings));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, &patterns.rule(0));
  EXPECT_FALSE(findings[0].whole);
}

TEST(PatternFinder, AppendsToWhatWasFoundBefore) {
  const Patterns patterns({"b"});
  const Rule other{"other", Action::mask, nullptr};
  Budget budget;
  budget.start(3);
  std::vector<Finding> findings = {{2, 3, &other}};
  ASSERT_TRUE(patterns.finder().find("abc", budget, findings));
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].begin, 1U);
  EXPECT_EQ(findings[1].rule, &other);
}

TEST(PatternFinder, AnySaysWhetherAnExpressionMatches) {
  const Patterns patterns({"x$", R"((\d{4}))"}, Validation::luhn);
  for (const char* text : {"ax", "1234", "0000 0000"}) EXPECT_TRUE(patterns.finder().any(text)) << text;
  for (const char* text : {"", "xa", "123"}) EXPECT_FALSE(patterns.finder().any(text)) << text;
  EXPECT_EQ(patterns.find("1234 0000"), "|0000|") << "the check is made of what was found";
}

// Whoever is told that there isn't any doesn't look: what find() finds, any() has to know of.
TEST(PatternFinder, AnyKnowsOfAllThatFindFinds) {
  const Patterns patterns({R"(E\d+\b)", "(?i)pass(word)?", R"(^start|end$)", "[^a-z ]{3}"});
  const char* pieces[] = {"E12", "E", "start", "end", "PassWord", " ", "xyz", "12", "-", "\n", "\xC3\xA9"};
  for (const char* a : pieces) {
    for (const char* b : pieces) {
      for (const char* c : pieces) {
        const std::string text = std::string(a) + b + c;
        EXPECT_EQ(patterns.finder().any(text), !patterns.find(text).empty()) << text;
      }
    }
  }
}

TEST(PatternFinder, FindsInLongTextsWhatIsWithinReach) {
  const Patterns patterns({"<x+>"});
  const std::string match = "<" + std::string(PatternFinder::reach - 10, 'x') + ">";
  for (std::size_t before = 0; before < 3 * PatternFinder::reach; before += 1111) {
    const std::string text = std::string(before, '.') + match + std::string(3 * PatternFinder::reach, '.');
    EXPECT_EQ(patterns.find(text), "|" + match + "|") << before;
  }
  EXPECT_EQ(Patterns({"x+"}).find(std::string(4 * PatternFinder::reach, 'x')), "!") << "it reaches too far";
}

TEST(PatternFinder, TooMuchWorkOrTooManyMatchesAreSaid) {
  const Patterns patterns({"x"});
  EXPECT_EQ(patterns.find(std::string(findings_max, 'x')).size(), 3 * findings_max);
  EXPECT_EQ(patterns.find(std::string(findings_max + 1, 'x')), "!");
  Budget budget;
  budget.start(0);
  while (budget.spend_search(std::size_t{1} << 20U)) {
  }
  std::vector<Finding> findings;
  EXPECT_FALSE(patterns.finder().find("x x", budget, findings));
}

TEST(PatternFinder, KeepsItsPatternsWhenTheListIsGone) {
  auto list = std::make_unique<PatternList>();
  list->patterns.push_back({"p", std::get<0>(compile_pattern("a+")), Validation::none, std::nullopt});
  const std::vector<Rule> rules = {{"p", Action::redact, nullptr}};
  const PatternFinder finder(*list, rules);
  list.reset();
  Budget budget;
  budget.start(4);
  std::vector<Finding> findings;
  EXPECT_TRUE(finder.find("baab", budget, findings));
  EXPECT_EQ(findings.size(), 1U);
}

TEST(CompilePattern, SaysWhatIsWrong) {
  for (const char* text : {"", "x*", "(a", "(?=x)", R"((a)\1)", R"(\b)", "a{1001}"})
    EXPECT_EQ(compile_pattern(text).index(), 1U) << text;
  EXPECT_EQ(compile_pattern(std::string(Pattern::text_max, 'x')).index(), 0U);
  EXPECT_EQ(compile_pattern(std::string(Pattern::text_max + 1, 'x')).index(), 1U);
}

TEST(Passes, ChecksLettersAndDigits) {
  EXPECT_TRUE(passes(Validation::none, ""));
  for (const char* text : {"79927398713", "7992-7398-713", "00"}) EXPECT_TRUE(passes(Validation::luhn, text)) << text;
  for (const char* text : {"", "0", "79927398714", "7992739871x"}) EXPECT_FALSE(passes(Validation::luhn, text)) << text;
  EXPECT_TRUE(passes(Validation::card, "4111 1111 1111 1111"));
  EXPECT_FALSE(passes(Validation::card, "79927398713"));
  EXPECT_TRUE(passes(Validation::mod97, "DE89 3704 0044 0532 0130 00"));
  EXPECT_TRUE(passes(Validation::mod97, "gb29nwbk60161331926819"));
  for (const char* text : {"", "DE8", "DE89 3704 0044 0532 0130 01"})
    EXPECT_FALSE(passes(Validation::mod97, text)) << text;
}

}  // namespace
}  // namespace towline::redact
