// A program in VRL as steps.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/import/remarks.hpp"
#include "app/commands/import/vrl/ast.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration::vrl {

struct Node;
using Nodes = std::vector<Node>;

// A step, or a fork, or only comments.
struct Node {
  std::vector<std::string> comments;  // above it

  std::string step;  // its name; empty: it is none
  Yaml settings = Yaml::map();
  std::string needs;      // the path of a field without which it does nothing; empty: there is none
  bool harmless = false;  // may be done to more records than it was meant for: redaction

  std::string condition;  // a pattern; empty: it is no fork
  Nodes yes;              // for the records that match it
  Nodes no;               // for the others

  bool is_step() const { return !step.empty(); }
  bool is_comment() const { return step.empty() && condition.empty(); }
  bool is_fork() const { return !condition.empty(); }
};

struct Context {
  Place& place;            // for remarks and comments
  std::string what;        // whose program it is: "transforms.clean"
  std::uint32_t line = 0;  // where it begins: that of statements whose lines aren't known
  // The records come from a source that has put each line into `message`, unparsed.
  bool raw = false;
  bool drop_on_abort = true;
  // What is wrong with the settings of a step; std::nullopt: nothing.
  std::function<std::optional<std::string>(const std::string& step, const Yaml& settings)> problem_with;
};

struct Converted {
  Nodes nodes;
  bool raw = false;  // the line is still unparsed in Vector, after the program
};

// What can't be converted becomes remarks.
Converted convert_program(const std::vector<Statement>& statements, const Context& context);

}  // namespace towline::app::migration::vrl
