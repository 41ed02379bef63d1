#include "condition/builder.hpp"

#include <utility>

namespace towline::condition {

Builder::Part Builder::add(Test test) {
  const auto at = static_cast<std::uint32_t>(program_.tests().size());
  program_.tests().push_back(std::move(test));
  return {at, {{at, true}}, {{at, false}}};
}

Builder::Part Builder::both(Part first, Part second) {
  lead(first.if_true, second.entry);
  first.if_true = std::move(second.if_true);
  first.if_false.insert(first.if_false.end(), second.if_false.begin(), second.if_false.end());
  return first;
}

Builder::Part Builder::either(Part first, Part second) {
  return negated(both(negated(std::move(first)), negated(std::move(second))));
}

Builder::Part Builder::negated(Part part) {
  std::swap(part.if_true, part.if_false);
  return part;
}

void Builder::finish(const Part& whole) {
  lead(whole.if_true, Program::matched);
  lead(whole.if_false, Program::not_matched);
}

void Builder::lead(const std::vector<Part::Exit>& exits, std::uint32_t to) {
  for (const Part::Exit& exit : exits) {
    Test& test = program_.tests()[exit.test];
    (exit.holds ? test.if_true : test.if_false) = to;
  }
}

}  // namespace towline::condition
