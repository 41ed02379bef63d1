// Cuts a program in VRL into tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace towline::app::migration::vrl {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    newline,  // also a semicolon
    name,     // text; of variables, functions and keywords
    number,   // text
    string,   // text, escapes resolved
    raw,
    regex,
    timestamp,
    sign,  // text: an operator or a bracket
    bad,   // text: why it can't be read
  };
  Kind kind = Kind::end;
  std::string text;
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  std::uint32_t line = 0;  // from 0, within the program
  bool spaced = false;     // white space before it
  bool is(std::string_view sign) const { return kind == Kind::sign && text == sign; }
};

struct Comment {
  std::string text;
  std::uint32_t line = 0;  // from 0
};

struct Tokens {
  std::vector<Token> list;  // the last one is `end`
  std::vector<Comment> comments;
};

// Never fails: what can't be read is a token that says so.
Tokens tokenize(std::string_view program);

}  // namespace towline::app::migration::vrl
