// Everything that is wrong with a configuration, collected: a user sees all of it at once, each with its place.
// No text in here ever shows a secret: values are quoted as they are written in the file, `${TOKEN}` stays `${TOKEN}`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace towline::config {

// A place in the configuration text, counted from 1. Line 0: no particular place.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Mark&) const = default;
};

struct Problem {
  Mark mark;
  std::string message;  // with the path of the key in front: "sinks.out.batch.bytes: must be …"
  std::string hint;     // what to do about it; may be empty
};

class Problems {
 public:
  // `source` names the text in messages: a file name or "<built-in>".
  explicit Problems(std::string source) : source_(std::move(source)) {}

  // Records a problem; the path that the open scopes make up is put in front of the message.
  void add(Mark mark, std::string message, std::string hint = {});

  // The same, and nothing more is said about this place: a value whose variable isn't set can't be judged.
  void add_last(Mark mark, std::string message, std::string hint = {});

  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }

  // Sorted by place. At most `kept_max` are kept; count() counts every call.
  const std::vector<Problem>& all() const { return problems_; }

  // One `source:line:column: error: message` a problem, its hint on a line of its own.
  void print(std::ostream& out) const;
  std::string text() const;

  // While it lives, problems are said to be about this key: Scope scope(problems, "batch").
  class Scope {
   public:
    Scope(Problems& problems, std::string_view key);
    ~Scope() { problems_.path_.resize(length_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Problems& problems_;
    std::size_t length_;
  };

  static constexpr std::size_t kept_max = 100;

 private:
  std::string source_;
  std::string path_;
  std::vector<Problem> problems_;
  std::vector<Mark> closed_;  // the places of add_last()
  std::size_t count_ = 0;
  std::size_t left_out_ = 0;  // beyond kept_max
};

// `text` between backquotes, for a message: at most 60 bytes of it, what can't be printed is escaped.
std::string in_quotes(std::string_view text);

// "did you mean `listen`?" for the known name nearest to `name`; otherwise "known: a, b, c"; empty without names.
std::string suggestion(std::string_view name, std::span<const std::string> known);

}  // namespace towline::config
