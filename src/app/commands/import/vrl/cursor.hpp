// A place in a list of tokens, and whether reading has failed.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "app/commands/import/vrl/ast.hpp"
#include "app/commands/import/vrl/lexer.hpp"

namespace towline::app::migration::vrl {

class Cursor {
 public:
  // `line` is that of the program's first one; 0: lines aren't known.
  Cursor(std::string_view text, std::uint32_t line) : text_(text), line_(line), tokens_(tokenize(text)) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_.list[std::min(at_ + ahead, tokens_.list.size() - 1)];
  }
  bool at_end() const { return peek().kind == Token::Kind::end; }
  bool at_newline() const { return peek().kind == Token::Kind::newline; }
  bool at_word(std::string_view word) const { return peek().kind == Token::Kind::name && peek().text == word; }
  const Token& take() {
    const Token& token = peek();
    if (!at_end()) ++at_;
    return token;
  }
  bool take(std::string_view sign) {
    const bool is = peek().is(sign);
    if (is) ++at_;
    return is;
  }
  void skip_newlines() {
    while (at_newline()) ++at_;
  }
  // Past line ends if this follows them.
  bool take_after_newlines(std::string_view sign) {
    const std::size_t before = at_;
    skip_newlines();
    if (take(sign)) return true;
    at_ = before;
    return false;
  }

  std::size_t position() const { return at_; }
  void go_to(std::size_t position) { at_ = position; }
  const Token& token(std::size_t position) const { return tokens_.list[position]; }
  const std::vector<Comment>& comments() const { return tokens_.comments; }
  // What is written from there to the last token that was taken.
  std::string source_from(std::size_t position) const {
    const std::size_t begin = token(position).begin;
    return std::string(text_.substr(begin, token(at_ == position ? at_ : at_ - 1).end - begin));
  }
  std::uint32_t line_of(const Token& token) const { return line_ == 0 ? 0 : line_ + token.line; }
  Expr make(Expr::Kind kind, std::string text = {}) const {
    Expr expr;
    expr.kind = kind;
    expr.line = line_of(peek());
    expr.text = std::move(text);
    return expr;
  }

  // The first failure counts. What is returned stands for an expression.
  Expr fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return {};
  }
  bool failed() const { return !error_.empty(); }
  void expect(std::string_view sign) {
    if (!failed() && !take(sign)) fail("`" + std::string(sign) + "` was expected");
  }
  std::string take_error() { return std::exchange(error_, {}); }

 private:
  std::string_view text_;
  std::uint32_t line_;
  Tokens tokens_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace towline::app::migration::vrl
