// Turns the statements of a program into steps, one after the other. What it is made of is in four files:
// converter.cpp (statements), variables.cpp, assignments.cpp and functions.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/import/vrl/program.hpp"

namespace towline::app::migration::vrl {

// What an expression holds for variables and where they came from.
struct Variable {
  Expr value;
  std::size_t since = 0;   // so many writes had been made when it got its value,
  std::size_t number = 0;  // and so many variables been given one
  bool usable = true;
};

// A field that was changed.
struct Write {
  Path path;
  bool gone = false;  // it isn't there any more
};

class Converter {
 public:
  explicit Converter(const Context& context) : context_(context), place_(&context.place), raw_(context.raw) {}

  Converted convert(const std::vector<Statement>& statements);

 private:
  using Problem = std::optional<Refusal>;  // std::nullopt: it is converted
  struct Function;
  static const std::vector<Function>& functions();

  // --- Statements ---
  void statement(const Expr& expr);
  Problem convert(const Expr& expr);
  Problem call_alone(const Expr& call);
  Problem abort();
  Problem condition(const Expr& expr);
  Problem unless_abort(const Expr& expr, const std::string& pattern);
  Problem fork(const Expr& expr, const Expr& test, const std::string& pattern);
  Problem without_condition(const Expr& expr, Refusal refusal);
  Problem where_it_succeeded(const Expr& expr, bool equal_is_success, const std::string& variable);
  Nodes branch(const Expr* block);
  Problem add(std::string step, Yaml settings, std::string needs = {}, bool harmless = false);
  Nodes::iterator place_of(std::string_view step);
  void append(Nodes nodes);
  void flush_comments();
  // About a statement, or the program.
  void remark(const Expr& expr, const std::string& source, Refusal refusal);

  // --- Variables ---
  Expr resolved(const Expr& expr) const;
  bool is_current(const Variable& variable, const Expr& value) const;
  void define(const std::string& name, Expr value);
  void forget_changes(const std::map<std::string, Variable>& before);
  std::optional<std::string> error_variable(const Expr& test, bool& equal_is_success) const;
  void remember_deletions(const Expr& expr);
  void make_up_for_deletions();
  bool is_the_line(const Expr& expr) const;
  bool reads_the_line(const Expr& expr) const;
  void warn_of_raw(const Expr& expr);
  void wrote(const Path& path) { writes_.push_back({path, false}); }
  void took_out(const Path& path) { writes_.push_back({path, true}); }

  // --- Assignments ---
  Problem assign(const Expr& expr);
  Problem assign_if(const Expr& target, const Expr& value);
  Problem assign_path(const Path& target, const Expr& value, const Expr* otherwise);
  Problem assign_constant(const Path& target, const Expr& value);
  Problem assign_field(const Path& target, const Path& from);
  Problem assign_text(const Path& target, const Expr& value);
  Problem assign_object(const Path& target, const Expr& object);
  Problem assign_event(const Expr& value, const Expr* otherwise);
  Problem keep_fields(const Expr& object);
  Problem merge_into(const Path& target, const Expr& value);
  Problem merge_members(const Path& target, const Expr& object);
  Problem parsed_line();
  Problem move(const Path& from, const Path& to);
  Problem remove(const Path& path);
  Problem set(const Path& target, Yaml value, const std::string& needs);
  bool template_of(const Expr& expr, std::string& text, std::string& needs) const;

  // --- Functions whose result is assigned; `otherwise` is what stands behind `??`, or null ---
  Problem assign_call(const Path& target, const Expr& call, const Expr* otherwise);
  Problem del(const Path& target, const Expr& call, const Expr* otherwise);
  Problem parse_json(const Path& target, const Expr& call, const Expr* otherwise);
  Problem merge(const Path& target, const Expr& call, const Expr* otherwise);
  Problem redact(const Path& target, const Expr& call, const Expr* otherwise);
  Problem replace(const Path& target, const Expr& call, const Expr* otherwise);
  Problem change_case(const Path& target, const Expr& call, const Expr* otherwise);
  Problem flatten(const Path& target, const Expr& call, const Expr* otherwise);
  Problem truncate(const Path& target, const Expr& call, const Expr* otherwise);
  Problem remove_in(const Path& target, const Expr& call, const Expr* otherwise);
  Problem as_text(const Path& target, const Expr& call, const Expr* otherwise);
  Problem parse_timestamp(const Path& target, const Expr& call, const Expr* otherwise);
  Problem any_timestamp(const Path& target, const Expr& call, const Expr* otherwise);
  Problem unix_timestamp(const Path& target, const Expr& call, const Expr* otherwise);
  Problem format_timestamp(const Path& target, const Expr& call, const Expr* otherwise);
  Problem add_timestamp(const Path& target, const Path& from, Yaml settings);
  Problem add_redaction(bool us_ssn, const std::vector<std::string>& patterns);
  Problem parse_json_of(const Path& from, const std::optional<Path>& target, bool keep);

  const Context& context_;
  Place* place_;
  Nodes nodes_;
  bool raw_;
  bool warned_of_raw_ = false;
  bool told_of_redaction_ = false;
  bool merges_line_ = false;  // somewhere the parsed line becomes the event
  std::map<std::string, Variable> variables_;
  std::size_t definitions_ = 0;
  std::map<std::string, std::string> errors_;  // variables with an error, and what has the value
  std::vector<Write> writes_;
  std::vector<std::pair<Expr, std::size_t>> deletions_;  // x = del(.a), until x is used; the writes before
  std::size_t branches_ = 0;                             // within each other
};

}  // namespace towline::app::migration::vrl
