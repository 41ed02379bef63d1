#include "condition/json_pattern.hpp"

#include <array>
#include <utility>

#include "condition/selector.hpp"

namespace towline::condition {

namespace {

using Kind = Test::Kind;
using Part = std::optional<Builder::Part>;

struct Operator {
  std::string_view sign;
  Kind kind;
};
constexpr std::array<Operator, 6> operators{{{"!=", Kind::not_equal},
                                             {"<=", Kind::at_most},
                                             {">=", Kind::at_least},
                                             {"=", Kind::equal},
                                             {"<", Kind::less},
                                             {">", Kind::more}}};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

class Parser {
 public:
  Parser(Scanner& scanner, Builder& builder) : scanner_(scanner), builder_(builder) {}

  Part either(std::size_t depth) {
    Part part = both(depth);
    while (part && take("||")) {
      Part next = both(depth);
      if (!next) return std::nullopt;
      part = builder_.either(std::move(*part), std::move(*next));
    }
    return part;
  }

 private:
  bool take(std::string_view token) {
    scanner_.skip_space();
    return scanner_.take(token);
  }

  Part both(std::size_t depth) {
    Part part = unit(depth);
    while (part && take("&&")) {
      Part next = unit(depth);
      if (!next) return std::nullopt;
      part = builder_.both(std::move(*part), std::move(*next));
    }
    return part;
  }

  Part unit(std::size_t depth) {
    const bool negated = take("!");
    if (!take("(")) {
      if (negated) return scanner_.fail("expected `(` after `!`");
      return comparison();
    }
    if (depth == depth_max)
      return scanner_.fail("more than " + std::to_string(depth_max) + " parentheses within each other");
    Part part = either(depth + 1);
    if (!part) return std::nullopt;
    if (!take(")")) return scanner_.fail("expected `&&`, `||` or `)`");
    return negated ? Builder::negated(std::move(*part)) : part;
  }

  Part comparison() {
    if (builder_.tests() == tests_max) return scanner_.fail("more than " + std::to_string(tests_max) + " comparisons");
    Test test;
    std::optional<Selector> selector = take_selector(scanner_);
    if (!selector) return std::nullopt;
    test.selector = std::move(*selector);
    scanner_.skip_space();
    for (const Operator& op : operators) {
      if (!scanner_.take(op.sign)) continue;
      test.kind = op.kind;
      return operand(test, op.sign) ? Part(builder_.add(std::move(test))) : std::nullopt;
    }
    return predicate(std::move(test));
  }

  // IS TRUE, IS FALSE, IS NULL, EXISTS, NOT EXISTS.
  Part predicate(Test test) {
    const std::size_t begin = scanner_.position();
    const std::string_view word = scanner_.take_while(is_upper);
    test.kind = Kind::exists;
    if (word == "EXISTS") return builder_.add(std::move(test));
    if (word == "NOT") {
      scanner_.skip_space();
      const std::size_t second = scanner_.position();
      if (scanner_.take_while(is_upper) != "EXISTS") return scanner_.fail_at(second, "expected EXISTS after NOT");
      return Builder::negated(builder_.add(std::move(test)));
    }
    if (word != "IS") return scanner_.fail_at(begin, "expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS");
    return is(std::move(test));
  }

  Part is(Test test) {
    scanner_.skip_space();
    const std::size_t begin = scanner_.position();
    const std::string_view word = scanner_.take_while(is_upper);
    if (word == "TRUE")
      test.kind = Kind::is_true;
    else if (word == "FALSE")
      test.kind = Kind::is_false;
    else if (word == "NULL")
      test.kind = Kind::is_null;
    else
      return scanner_.fail_at(begin, "expected TRUE, FALSE or NULL after IS");
    return builder_.add(std::move(test));
  }

  // False after a failure.
  bool operand(Test& test, std::string_view sign) {
    scanner_.skip_space();
    const bool any_type = test.kind == Kind::equal || test.kind == Kind::not_equal;
    if (any_type && scanner_.peek() == '"') {
      auto pieces = scanner_.take_quoted('"', true);
      if (pieces) test.operand = Glob(std::move(*pieces));
      return pieces.has_value();
    }
    if (any_type && scanner_.peek() == '%') {
      std::optional<Regex> regex = scanner_.take_regex();
      if (regex) test.operand = std::move(*regex);
      return regex.has_value();
    }
    return word(test, any_type, "after `" + std::string(sign) + "`");
  }

  bool word(Test& test, bool any_type, const std::string& where) {
    const std::size_t begin = scanner_.position();
    const std::string_view text = scanner_.take_while(is_word, "*");
    if (text.empty()) return refuse(begin, std::string("expected a ") + (any_type ? "value " : "number ") + where);
    if (!scanner_.done() && !is_space(scanner_.peek()) &&
        std::string_view("&|)}").find(scanner_.peek()) == std::string_view::npos)
      return refuse(scanner_.position(), "a value with this character needs quotes");
    if (const std::optional<Decimal> number = Decimal::parse(text)) {
      test.operand = Number{*number, text};
      return true;
    }
    if (!any_type) return refuse(begin, "expected a number " + where);
    test.operand = Glob(split(text));
    return true;
  }

  bool refuse(std::size_t at, std::string message) {
    scanner_.fail_at(at, std::move(message));
    return false;
  }

  static std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> pieces(1);
    for (const char c : text) {
      if (c == '*')
        pieces.emplace_back();
      else
        pieces.back() += c;
    }
    return pieces;
  }

  Scanner& scanner_;
  Builder& builder_;
};

}  // namespace

bool compile_json_pattern(Scanner& scanner, Builder& builder) {
  scanner.take("{");
  const Part whole = Parser(scanner, builder).either(0);
  if (!whole) return false;
  scanner.skip_space();
  if (!scanner.take("}")) scanner.fail("expected `&&`, `||` or `}`");
  scanner.skip_space();
  if (!scanner.done()) scanner.fail("expected nothing after `}`");
  if (!scanner.failure().message.empty()) return false;
  builder.finish(*whole);
  return true;
}

}  // namespace towline::condition
