#include "condition/scanner.hpp"

#include <utility>

#include "condition/program.hpp"
#include "record/json_text.hpp"

namespace towline::condition {

bool is_name(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool is_digit = c >= '0' && c <= '9';
  const bool is_beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
  return is_letter || is_digit || is_beyond_ascii || std::string_view("_-:/@#").find(c) != std::string_view::npos;
}

bool is_word(char c) {
  return is_name(c) || c == '.' || c == '+';
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void Scanner::skip_space() {
  while (!done() && is_space(peek())) ++at_;
}

bool Scanner::take(std::string_view token) {
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

std::string_view Scanner::take_while(bool (*is_kind)(char), std::string_view more) {
  const std::size_t begin = at_;
  while (!done() && (is_kind(peek()) || more.find(peek()) != std::string_view::npos)) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::optional<std::vector<std::string>> Scanner::take_quoted(char quote, bool stars) {
  const std::size_t begin = at_++;
  std::vector<std::string> pieces(1);
  for (; !done() && peek() != quote; ++at_) {
    if (peek() == '\\') {
      if (!take_escape(pieces.back()))
        return fail("expected an escape of JSON, `\\*` or `\\'`: for a backslash write two");
    } else if (peek() == '*' && stars) {
      pieces.emplace_back();
    } else {
      pieces.back() += peek();
    }
  }
  if (done()) return fail_at(begin, "this quote is not closed");
  ++at_;
  return pieces;
}

// Leaves the position at the last character of the escape.
bool Scanner::take_escape(std::string& text) {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("\\*") || rest.starts_with("\\'")) {
    text += rest[1];
    ++at_;
    return true;
  }
  const record::Escape escape = record::read_escape(rest);
  if (escape.length == 0) return false;
  record::append_utf8(text, escape.code_point);
  at_ += escape.length - 1;
  return true;
}

std::optional<Regex> Scanner::take_regex() {
  const std::size_t begin = at_++;
  std::string expression;
  for (; !done() && peek() != '%'; ++at_) {
    if (peek() == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '%') expression += '\\';
      ++at_;
    }
    expression += peek();
  }
  if (done()) return fail_at(begin, "this `%` has no second one: an expression stands between `%` and `%`");
  ++at_;
  if (expression.empty()) return fail_at(begin, "expected a regular expression between `%` and `%`");
  if (++regexes_ > regexes_max)
    return fail_at(begin, "more than " + std::to_string(regexes_max) + " regular expressions");
  Result<Regex> regex = Regex::compile(expression);
  if (!regex) return fail_at(begin, regex.error().message);
  return std::move(*regex);
}

std::nullopt_t Scanner::fail_at(std::size_t at, std::string message) {
  if (!failed_) failure_ = {at, std::move(message)};
  failed_ = true;
  return std::nullopt;
}

}  // namespace towline::condition
