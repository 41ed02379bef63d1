// Puts the tests of a program one behind the other and joins them: where one ends, another goes on, or nothing does.
#pragma once

#include <cstdint>
#include <vector>

#include "condition/program.hpp"

namespace towline::condition {

class Builder {
 public:
  explicit Builder(Program& program) : program_(program) {}

  // A part of the condition: the tests from `entry` on. Its exits don't lead anywhere yet.
  struct Part {
    struct Exit {
      std::uint32_t test = 0;
      bool holds = false;  // the way out of it when it holds, or when it doesn't
    };
    std::uint32_t entry = 0;
    std::vector<Exit> if_true;
    std::vector<Exit> if_false;
  };

  // Parts are joined in the order in which their tests were added.
  Part add(Test test);
  Part both(Part first, Part second);
  Part either(Part first, Part second);
  static Part negated(Part part);

  // The whole condition.
  void finish(const Part& whole);

  std::size_t tests() const { return program_.tests().size(); }

 private:
  void lead(const std::vector<Part::Exit>& exits, std::uint32_t to);

  Program& program_;
};

}  // namespace towline::condition
