// A program in VRL, Vector's language, as far as it is read: expressions, with the lines where they stand.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace towline::app::migration::vrl {

// One level of a path.
struct Segment {
  enum class Kind : std::uint8_t { key, index, any_of } kind = Kind::key;  // any_of: .(a|b)
  std::string key;
  std::int64_t index = 0;
  bool operator==(const Segment&) const = default;
};
using Path = std::vector<Segment>;

struct Expr;

struct Argument {
  std::string name;         // empty: by its position
  std::vector<Expr> value;  // one
};

struct Expr {
  enum class Kind : std::uint8_t {
    null,
    boolean,    // text
    number,     // text
    string,     // text, escapes resolved
    raw,        // text: s'...'
    regex,      // text
    timestamp,  // text
    path,       // path of the event; empty: the event itself
    metadata,   // path, behind a `%`
    variable,   // text: its name; path: what of it
    call,       // text: the name; arguments; bang; path: what of its result
    array,      // children
    object,     // keys and children
    unary,      // text: "!" or "-"; a child
    binary,     // text: the operator; two children
    assign,     // text: "=" or "|="; one or two targets (path, variable, or none), then the value
    condition,  // if: the condition, a block, and perhaps a block
    block,      // children
    abort,
    nothing,  // `_`
  };

  Kind kind = Kind::null;
  std::uint32_t line = 0;
  std::string source;  // of a statement: as it is written
  std::string text;
  bool bang = false;     // call: `!` behind its name
  bool closure = false;  // call: a closure behind it
  Path path;
  std::vector<Expr> children;
  std::vector<std::string> keys;
  std::vector<Argument> arguments;
};

// One statement of a program.
struct Statement {
  std::vector<std::string> comments;  // on the lines above it
  Expr expr;                          // its line and source are there in any case
  std::string error;                  // why it can't be read; empty: it was
};

}  // namespace towline::app::migration::vrl
