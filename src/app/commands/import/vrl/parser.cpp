#include "app/commands/import/vrl/parser.hpp"

#include "app/commands/import/vrl/cursor.hpp"
#include "app/commands/import/vrl/expressions.hpp"

namespace towline::app::migration::vrl {

namespace {

class Parser {
 public:
  Parser(std::string_view text, std::uint32_t line) : at_(text, line) {}

  std::vector<Statement> run() {
    std::vector<Statement> statements;
    for (at_.skip_newlines(); !at_.at_end() && statements.size() < statements_max; at_.skip_newlines())
      statements.push_back(statement());
    if (!at_.at_end() && !statements.empty()) statements.back().error = "the program is too long from here on";
    return statements;
  }

 private:
  Statement statement() {
    Statement result;
    const std::size_t begin = at_.position();
    result.comments = take_comments(at_.peek().line);
    result.expr = read_expression(at_);
    if (!at_.failed() && !at_.at_end() && !at_.at_newline()) at_.fail("the end of the statement was expected");
    result.error = at_.take_error();
    if (!result.error.empty()) {
      recover(begin);
      result.expr = Expr();
    }
    result.expr.line = at_.line_of(at_.token(begin));
    result.expr.source = at_.source_from(begin);
    code_end_ = at_.token(at_.position() == begin ? begin : at_.position() - 1).line + 1;
    return result;
  }

  // To the end of the statement: the first line end outside of all brackets.
  void recover(std::size_t begin) {
    std::string open;  // what closes the brackets
    for (at_.go_to(begin); !at_.at_end(); at_.take()) {
      const Token& token = at_.peek();
      if (open.empty() && at_.at_newline()) return;
      if (token.is("(")) open += ')';
      if (token.is("[")) open += ']';
      if (token.is("{")) open += '}';
      if (!open.empty() && token.is(std::string_view(&open.back(), 1))) open.pop_back();
    }
  }

  // Those since the statement before, on lines of their own.
  std::vector<std::string> take_comments(std::uint32_t line) {
    std::vector<std::string> texts;
    for (; comment_ < at_.comments().size() && at_.comments()[comment_].line < line; ++comment_) {
      const Comment& comment = at_.comments()[comment_];
      if (comment.line >= code_end_ && !comment.text.empty()) texts.push_back(comment.text);
    }
    return texts;
  }

  Cursor at_;
  std::size_t comment_ = 0;
  std::uint32_t code_end_ = 0;  // the line behind the statement before, from 0
};

}  // namespace

std::vector<Statement> parse(std::string_view program, std::uint32_t line) {
  return Parser(program, line).run();
}

}  // namespace towline::app::migration::vrl
