// What could not be converted. Each remark is told twice: in a list with the lines of the file that is converted, and
// as a comment at its place in what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace towline::app::migration {

// Why something can't be converted, and what to do instead (may be empty).
struct Refusal {
  std::string why;
  std::string instead;
};

class Remarks {
 public:
  struct Remark {
    std::uint32_t line;  // 0: none in particular
    std::string what;    // "sinks.out.proxy"
    Refusal refusal;
  };

  void add(Remark remark) { remarks_.push_back(std::move(remark)); }
  std::size_t count() const { return remarks_.size(); }

  // One `file:line: what: why` a remark, sorted by line, its advice on a line of its own.
  void print(std::string_view file, std::ostream& out) const;

 private:
  std::vector<Remark> remarks_;
};

// Comments that wait for something to stand above, and the way for remarks to become some.
class Place {
 public:
  explicit Place(Remarks& remarks) : remarks_(remarks) {}

  void remark(std::uint32_t line, std::string_view what, Refusal refusal);
  // A comment that asks for nothing.
  void note(std::string text) { comments_.push_back(std::move(text)); }
  void notes(const std::vector<std::string>& texts) { comments_.insert(comments_.end(), texts.begin(), texts.end()); }

  std::vector<std::string> take_comments() { return std::exchange(comments_, {}); }

 private:
  Remarks& remarks_;
  std::vector<std::string> comments_;
};

}  // namespace towline::app::migration
