// The grammar is VRL's own: `&&` and `||` bind equally, from the left; `??` binds least.
#include "app/commands/import/vrl/expressions.hpp"

#include <array>
#include <span>

#include "app/commands/import/vrl/parser.hpp"
#include "app/commands/import/vrl/paths.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

// The binary operators, those that bind least first.
constexpr std::array<std::string_view, 1> coalesce{"??"};
constexpr std::array<std::string_view, 2> logical{"||", "&&"};
constexpr std::array<std::string_view, 2> equality{"==", "!="};
constexpr std::array<std::string_view, 4> order{">=", ">", "<=", "<"};
constexpr std::array<std::string_view, 1> merge{"|"};
constexpr std::array<std::string_view, 2> sum{"+", "-"};
constexpr std::array<std::string_view, 2> product{"*", "/"};
constexpr std::array<std::span<const std::string_view>, 7> levels{coalesce, logical, equality, order,
                                                                  merge,    sum,     product};
constexpr std::size_t levels_of_several_lines = 2;  // an operator of these may also begin a line

bool is_target(const Expr& expr) {
  return expr.kind == Kind::path || expr.kind == Kind::variable || expr.kind == Kind::nothing ||
         expr.kind == Kind::metadata;
}

Kind literal_kind(Token::Kind kind) {
  switch (kind) {
    case Token::Kind::number:
      return Kind::number;
    case Token::Kind::string:
      return Kind::string;
    case Token::Kind::raw:
      return Kind::raw;
    case Token::Kind::regex:
      return Kind::regex;
    case Token::Kind::timestamp:
      return Kind::timestamp;
    default:
      return Kind::nothing;
  }
}

constexpr std::size_t operators_max = 1000;  // of a statement

class Reader {
 public:
  explicit Reader(Cursor& cursor) : at_(cursor) {}

  // A statement, or what stands on the right of an assignment.
  Expr expression() {
    return deeper([this] { return at_.at_word("if") ? condition() : at_.at_word("abort") ? abort() : assignment(); });
  }

 private:
  // What may hold itself.
  template <class Read>
  Expr deeper(Read read) {
    if (depth_ == depth_max) return at_.fail("it is nested too deep");
    ++depth_;
    Expr expr = read();
    --depth_;
    return expr;
  }

  Expr abort() {
    Expr expr = at_.make(Kind::abort);
    at_.take();
    if (!at_.at_end() && !at_.at_newline() && !at_.peek().is("}")) expression();  // its message
    return expr;
  }

  Expr condition() {
    Expr expr = at_.make(Kind::condition);
    at_.take();
    expr.children.push_back(binary(0));
    at_.skip_newlines();
    expr.children.push_back(block());
    const std::size_t before = at_.position();
    at_.skip_newlines();
    if (!at_.at_word("else")) {
      at_.go_to(before);
      return expr;
    }
    at_.take();
    at_.skip_newlines();
    expr.children.push_back(at_.at_word("if") ? block_of_one() : block());
    return expr;
  }

  // The `if` behind an `else`.
  Expr block_of_one() {
    Expr expr = at_.make(Kind::block);
    const std::size_t begin = at_.position();
    expr.children.push_back(expression());
    expr.children.back().source = at_.source_from(begin);
    return expr;
  }

  Expr block() {
    Expr expr = at_.make(Kind::block);
    at_.expect("{");
    for (at_.skip_newlines(); !at_.failed() && !at_.at_end() && !at_.peek().is("}"); at_.skip_newlines()) {
      const std::size_t begin = at_.position();
      expr.children.push_back(expression());
      expr.children.back().source = at_.source_from(begin);
      if (!at_.failed() && !at_.at_newline() && !at_.peek().is("}")) at_.fail("the end of the statement was expected");
    }
    at_.expect("}");
    return expr;
  }

  bool at_assignment() const { return at_.peek().is("=") || at_.peek().is("|="); }

  Expr assignment() {
    Expr expr = at_.make(Kind::assign);
    Expr first = binary(0);
    if ((!at_assignment() && !at_.peek().is(",")) || !is_target(first)) return first;
    expr.children.push_back(std::move(first));
    if (at_.take(",")) expr.children.push_back(binary(0));
    if (!at_assignment() || !is_target(expr.children.back()))
      return at_.fail("`=` was expected behind a path or a variable");
    expr.text = at_.take().text;
    at_.skip_newlines();
    const std::size_t begin = at_.position();
    expr.children.push_back(expression());
    expr.children.back().source = at_.source_from(begin);
    return expr;
  }

  Expr binary(std::size_t level) {
    if (level == levels.size()) return unary();
    Expr left = binary(level + 1);
    while (!at_.failed()) {
      const std::string sign = operator_of(level);
      if (sign.empty()) return left;
      if (++operators_ > operators_max) return at_.fail("it has too many operators");
      at_.skip_newlines();
      Expr expr = at_.make(Kind::binary, sign);
      expr.line = left.line;
      expr.children.push_back(std::move(left));
      expr.children.push_back(binary(level + 1));
      left = std::move(expr);
    }
    return left;
  }

  std::string operator_of(std::size_t level) {
    for (const std::string_view sign : levels[level]) {
      const bool taken = level < levels_of_several_lines ? at_.take_after_newlines(sign) : at_.take(sign);
      if (taken) return std::string(sign);
    }
    return {};
  }

  Expr unary() {
    if (!at_.peek().is("!") && !at_.peek().is("-")) return term();
    return deeper([this] {
      Expr expr = at_.make(Kind::unary, at_.peek().text);
      at_.take();
      expr.children.push_back(unary());
      return expr;
    });
  }

  Expr term() {
    const Token& token = at_.peek();
    if (token.kind == Token::Kind::name) return named();
    if (token.kind == Token::Kind::bad) return at_.fail(token.text);
    if (literal_kind(token.kind) != Kind::nothing) return literal(literal_kind(token.kind));
    return deeper([this] { return path_or_container(); });
  }

  Expr literal(Kind kind) {
    Expr expr = at_.make(kind, at_.peek().text);
    at_.take();
    return expr;
  }

  Expr named() {
    if (at_.at_word("null")) return literal(Kind::null);
    if (at_.at_word("true") || at_.at_word("false")) return literal(Kind::boolean);
    if (at_.at_word("_")) return literal(Kind::nothing);
    const bool bang = at_.peek(1).is("!") && !at_.peek(1).spaced && at_.peek(2).is("(");
    if (bang || (at_.peek(1).is("(") && !at_.peek(1).spaced)) return call(bang);
    Expr expr = literal(Kind::variable);
    take_segments(at_, expr.path);
    return expr;
  }

  // Items up to a bracket, with commas between them.
  template <class Read>
  void items(std::string_view end, Read read) {
    for (at_.skip_newlines(); !at_.failed() && !at_.at_end() && !at_.peek().is(end); at_.skip_newlines()) {
      read();
      at_.skip_newlines();
      if (!at_.take(",") && !at_.peek().is(end)) at_.fail("`,` or `" + std::string(end) + "` was expected");
    }
    at_.expect(end);
  }

  Expr call(bool bang) {
    Expr expr = literal(Kind::call);
    expr.bang = bang;
    at_.go_to(at_.position() + (bang ? 2 : 1));
    items(")", [&] {
      Argument argument;
      if (at_.peek().kind == Token::Kind::name && at_.peek(1).is(":")) {
        argument.name = at_.take().text;
        at_.take();
      }
      argument.value.push_back(deeper([this] { return binary(0); }));
      expr.arguments.push_back(std::move(argument));
    });
    if (at_.take("->")) closure(expr);
    take_segments(at_, expr.path);
    return expr;
  }

  // Nothing is made of closures: they are read to get past them.
  void closure(Expr& expr) {
    expr.closure = true;
    if (!at_.take("||")) {
      at_.expect("|");
      while (!at_.at_end() && !at_.take("|")) at_.take();
    }
    at_.skip_newlines();
    deeper([this] { return block(); });
  }

  Expr path_or_container() {
    if (at_.peek().is(".") || at_.peek().is("%")) {
      Expr expr = at_.make(at_.peek().is("%") ? Kind::metadata : Kind::path);
      at_.take();
      take_first_segment(at_, expr.path);
      take_segments(at_, expr.path);
      return expr;
    }
    if (at_.take("(")) {
      at_.skip_newlines();
      Expr expr = expression();
      at_.skip_newlines();
      at_.expect(")");
      return expr;
    }
    if (at_.peek().is("[")) return array();
    if (at_.peek().is("{")) return is_object() ? object() : block();
    return at_.fail(at_.at_end() ? "it ends too early" : "an expression was expected");
  }

  bool is_object() const {
    std::size_t ahead = 1;
    while (at_.peek(ahead).kind == Token::Kind::newline) ++ahead;
    const bool has_key = at_.peek(ahead).kind == Token::Kind::string && at_.peek(ahead + 1).is(":");
    return at_.peek(ahead).is("}") || has_key;
  }

  Expr array() {
    Expr expr = at_.make(Kind::array);
    at_.take();
    items("]", [&] { expr.children.push_back(binary(0)); });
    return expr;
  }

  Expr object() {
    Expr expr = at_.make(Kind::object);
    at_.take();
    items("}", [&] {
      if (at_.peek().kind != Token::Kind::string) at_.fail("a key in quotes was expected");
      expr.keys.push_back(at_.take().text);
      at_.expect(":");
      at_.skip_newlines();
      expr.children.push_back(binary(0));
    });
    return expr;
  }

  Cursor& at_;
  std::size_t depth_ = 0;
  std::size_t operators_ = 0;
};

}  // namespace

Expr read_expression(Cursor& cursor) {
  return Reader(cursor).expression();
}

}  // namespace towline::app::migration::vrl
