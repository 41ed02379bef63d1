#include "condition/term_pattern.hpp"

#include <algorithm>
#include <utility>

namespace towline::condition {

namespace {

struct Term {
  char sign = '\0';  // '?', '-' or none
  Test test;
};

// A phrase of nothing but blanks is in every record: `" "` stands for all of them.
Test phrase(std::string text) {
  Test test;
  if (std::all_of(text.begin(), text.end(), is_space)) return test;
  test.kind = Test::Kind::contains;
  test.operand = Phrase{std::move(text)};
  return test;
}

std::optional<Test> take_word(Scanner& scanner) {
  if (scanner.done() || is_space(scanner.peek()) || scanner.peek() == '?' || scanner.peek() == '-')
    return scanner.fail("expected a term");
  const std::string_view word = scanner.take_while(is_word);
  if (scanner.peek() == '*') return scanner.fail("a term has no `*`: it is found anywhere in the text");
  if (!scanner.done() && !is_space(scanner.peek())) return scanner.fail("a term with this character needs quotes");
  return phrase(std::string(word));
}

std::optional<Test> take_test(Scanner& scanner) {
  if (scanner.peek() == '"') {
    auto pieces = scanner.take_quoted('"', false);
    if (!pieces) return std::nullopt;
    return phrase(std::move(pieces->front()));
  }
  if (scanner.peek() != '%') return take_word(scanner);
  std::optional<Regex> regex = scanner.take_regex();
  if (!regex) return std::nullopt;
  Test test;
  test.kind = Test::Kind::contains;
  test.operand = std::move(*regex);
  return test;
}

std::optional<Term> take_term(Scanner& scanner) {
  Term term;
  for (const char sign : {'?', '-'}) {
    if (term.sign == '\0' && scanner.take({&sign, 1})) term.sign = sign;
  }
  std::optional<Test> test = take_test(scanner);
  if (!test) return std::nullopt;
  if (!scanner.done() && !is_space(scanner.peek())) return scanner.fail("expected a space between terms");
  term.test = std::move(*test);
  return term;
}

std::optional<std::vector<Term>> take_terms(Scanner& scanner) {
  std::vector<Term> terms;
  for (scanner.skip_space(); !scanner.done(); scanner.skip_space()) {
    if (terms.size() == tests_max) return scanner.fail("more than " + std::to_string(tests_max) + " terms");
    std::optional<Term> term = take_term(scanner);
    if (!term) return std::nullopt;
    terms.push_back(std::move(*term));
  }
  return terms;
}

}  // namespace

bool compile_term_pattern(Scanner& scanner, Builder& builder) {
  std::optional<std::vector<Term>> terms = take_terms(scanner);
  if (!terms) return false;
  const bool all_optional = std::all_of(terms->begin(), terms->end(), [](const Term& t) { return t.sign == '?'; });
  if (!all_optional) std::erase_if(*terms, [](const Term& term) { return term.sign == '?'; });
  std::optional<Builder::Part> whole;
  for (Term& term : *terms) {
    Builder::Part part = builder.add(std::move(term.test));
    if (term.sign == '-') part = Builder::negated(std::move(part));
    if (!whole)
      whole = std::move(part);
    else
      whole = all_optional ? builder.either(std::move(*whole), std::move(part))
                           : builder.both(std::move(*whole), std::move(part));
  }
  builder.finish(*whole);
  return true;
}

}  // namespace towline::condition
