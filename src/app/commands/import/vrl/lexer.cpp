#include "app/commands/import/vrl/lexer.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "record/json_text.hpp"

namespace towline::app::migration::vrl {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_name(char c) {
  return is_name_start(c) || is_digit(c);
}

constexpr std::array<std::string_view, 31> signs{"==", "!=", ">=", "<=", "&&", "||", "??", "|=", "->", "=", ">",
                                                 "<",  "!",  "+",  "-",  "*",  "/",  "|",  "(",  ")",  "[", "]",
                                                 "{",  "}",  ".",  ",",  ":",  "%",  "?",  "&",  "^"};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens run() {
    while (at_ < text_.size()) step();
    add(Token::Kind::end, {}, at_);
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_[at_];
    const std::string_view rest = text_.substr(at_);
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
      spaced_ = true;
    } else if (c == '\n' || c == ';') {
      take_line_end(c);
    } else if (rest.starts_with("\\\n")) {  // the line goes on
      at_ += 2;
      ++line_;
      spaced_ = true;
    } else if (c == '#') {
      take_comment();
    } else if (c == '"') {
      take_string();
    } else if (rest.size() > 1 && rest[1] == '\'' && (c == 'r' || c == 's' || c == 't')) {
      take_quoted(c);
    } else if (is_digit(c)) {
      take_number();
    } else if (is_name_start(c)) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_name(text_[at_])) ++at_;
      add(Token::Kind::name, std::string(text_.substr(begin, at_ - begin)), begin);
    } else {
      take_sign(rest);
    }
  }

  void take_line_end(char c) {
    ++at_;
    add(Token::Kind::newline, {}, at_ - 1);
    if (c == '\n') ++line_;
  }

  void take_comment() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view comment = text_.substr(at_ + 1, end - at_ - 1);
    while (comment.starts_with(' ') || comment.starts_with('#')) comment.remove_prefix(1);
    tokens_.comments.push_back({std::string(comment), line_});
    at_ = end;
  }

  void take_number() {
    const std::size_t begin = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '_')) ++at_;
    };
    digits();
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
      ++at_;
      digits();
    }
    std::string number(text_.substr(begin, at_ - begin));
    number.erase(std::remove(number.begin(), number.end(), '_'), number.end());
    // `.4xx` is a path whose key begins with a digit.
    if (at_ < text_.size() && is_name(text_[at_]) && after_dot()) {
      while (at_ < text_.size() && is_name(text_[at_])) ++at_;
      return add(Token::Kind::name, std::string(text_.substr(begin, at_ - begin)), begin);
    }
    add(Token::Kind::number, std::move(number), begin);
  }

  bool after_dot() const { return !tokens_.list.empty() && tokens_.list.back().is("."); }

  // r'...', s'...' and t'...': nothing but \' is an escape.
  void take_quoted(char letter) {
    const std::size_t begin = at_;
    const std::uint32_t line = line_;
    std::string value;
    for (at_ += 2; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] != '\'') value += '\\';
        ++at_;
      }
      if (text_[at_] == '\n') ++line_;
      value += text_[at_];
    }
    if (at_ == text_.size()) return add(Token::Kind::bad, "a quote is not closed", begin, line);
    ++at_;
    const Token::Kind kind = letter == 'r'   ? Token::Kind::regex
                             : letter == 's' ? Token::Kind::raw
                                             : Token::Kind::timestamp;
    add(kind, std::move(value), begin, line);
  }

  void take_string() {
    const std::size_t begin = at_;
    const std::uint32_t line = line_;
    std::string value;
    bool valid = true;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\')
        valid = take_escape(value) && valid;
      else
        value += text_[at_];
      if (at_ < text_.size() && text_[at_] == '\n') ++line_;
    }
    if (at_ >= text_.size()) return add(Token::Kind::bad, "a quote is not closed", begin, line);
    ++at_;
    if (!valid) return add(Token::Kind::bad, "an escape in a text that is none", begin, line);
    add(Token::Kind::string, std::move(value), begin, line);
  }

  // Leaves the position at the last character of the escape.
  bool take_escape(std::string& value) {
    const std::string_view rest = text_.substr(at_ + 1);
    if (rest.starts_with('\n')) {  // the text goes on where the next line begins
      ++at_;
      while (at_ + 1 < text_.size() && (text_[at_ + 1] == ' ' || text_[at_ + 1] == '\t')) ++at_;
      ++line_;
      if (text_[at_] == '\n') --line_;  // the caller counts it
      return true;
    }
    if (rest.starts_with("u{")) return take_code_point(value);
    constexpr std::string_view letters = "nrt0\\\"'{}";
    constexpr std::string_view meanings("\n\r\t\0\\\"'{}", 9);
    const std::size_t index = rest.empty() ? std::string_view::npos : letters.find(rest.front());
    if (index == std::string_view::npos) return false;
    value += meanings[index];
    ++at_;
    return true;
  }

  bool take_code_point(std::string& value) {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos || end - at_ > 9 || end == at_ + 3) return false;
    std::uint32_t code = 0;
    for (std::size_t i = at_ + 3; i < end; ++i) {
      constexpr std::string_view digits = "0123456789abcdef";
      const std::size_t digit =
          digits.find(static_cast<char>(text_[i] >= 'A' && text_[i] <= 'F' ? text_[i] + 32 : text_[i]));
      if (digit == std::string_view::npos) return false;
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    record::append_utf8(value, code);
    at_ = end;
    return true;
  }

  void take_sign(std::string_view rest) {
    const auto sign = std::find_if(signs.begin(), signs.end(), [&](std::string_view s) { return rest.starts_with(s); });
    const std::size_t begin = at_;
    at_ += sign == signs.end() ? 1 : sign->size();
    if (sign == signs.end())
      add(Token::Kind::bad, "a character that is not understood", begin);
    else
      add(Token::Kind::sign, std::string(*sign), begin);
  }

  void add(Token::Kind kind, std::string text, std::size_t begin, std::optional<std::uint32_t> line = {}) {
    tokens_.list.push_back({kind, std::move(text), begin, at_, line.value_or(line_), spaced_});
    spaced_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;
  bool spaced_ = false;
  Tokens tokens_;
};

}  // namespace

Tokens tokenize(std::string_view program) {
  return Lexer(program).run();
}

}  // namespace towline::app::migration::vrl
