// Variables are replaced by what they were given, as long as that is still so.
#include <algorithm>

#include "app/commands/import/vrl/converter.hpp"
#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

constexpr std::size_t size_max = 1000;  // expressions in a value; a larger one isn't put in the place of a variable

std::size_t size_of(const Expr& expr) {
  std::size_t size = 1;
  for (const Expr& child : expr.children) size += size_of(child);
  for (const Argument& argument : expr.arguments) size += size_of(argument.value.front());
  return size;
}

template <class Visit>
void each_path(const Expr& expr, Visit visit) {
  if (expr.kind == Kind::path) visit(expr.path);
  for (const Expr& child : expr.children) each_path(child, visit);
  for (const Argument& argument : expr.arguments) each_path(argument.value.front(), visit);
}

// What of the value is meant, as an expression; std::nullopt where there is no such thing.
std::optional<Expr> part_of(const Expr& value, const Path& path) {
  if (path.empty()) return value;
  Expr part = bare(value);
  if (part.kind == Kind::object) {
    const auto key = std::find(part.keys.begin(), part.keys.end(), path.front().key);
    if (key == part.keys.end()) return std::nullopt;
    return part_of(part.children[static_cast<std::size_t>(key - part.keys.begin())],
                   Path(path.begin() + 1, path.end()));
  }
  if (part.kind != Kind::path && part.kind != Kind::call) return std::nullopt;
  part.path.insert(part.path.end(), path.begin(), path.end());
  return part;
}

}  // namespace

// parse_json(.message), while `message` is the line: here that is the record itself.
bool Converter::is_the_line(const Expr& expr) const {
  const Expr& inner = expr.kind == Kind::binary && expr.text == "??" ? bare(expr.children.front()) : bare(expr);
  if (!is_call(inner, "parse_json")) return false;
  const Expr* value = argument(inner, 0, "value");
  const Path* path = value == nullptr ? nullptr : path_or_deleted(*value);
  return path != nullptr && path->size() == 1 && path->front().key == "message";
}

void Converter::define(const std::string& name, Expr value) {
  const bool usable = size_of(value) <= size_max;
  variables_[name] = {std::move(value), writes_.size(), ++definitions_, usable};
}

// A variable stands for what it was given where it is used: x = del(.a) does nothing by itself.
void Converter::remember_deletions(const Expr& expr) {
  const Expr* field = is_call(expr, "del") ? argument(expr, 0, "target") : nullptr;
  if (field != nullptr && path_of(*field) != nullptr) deletions_.emplace_back(*field, writes_.size());
  for (const Expr& child : expr.children) remember_deletions(child);
  for (const Argument& argument : expr.arguments) remember_deletions(argument.value.front());
}

// What was never used, or for some records only, is removed in the end.
void Converter::make_up_for_deletions() {
  for (const auto& [field, since] : std::exchange(deletions_, {})) {
    const Path path = *path_of(field);
    const bool written = std::any_of(writes_.begin() + static_cast<std::ptrdiff_t>(since), writes_.end(),
                                     [&](const Write& write) { return !write.gone && overlap(write.path, path); });
    Problem problem = written ? Refusal{"it is written again before it would be removed here", ""} : remove(path);
    if (problem) remark(field, "del(" + shown(path) + ")", std::move(*problem));
  }
}

bool Converter::is_current(const Variable& variable, const Expr& value) const {
  bool current = variable.usable;
  each_path(value, [&](const Path& path) {
    for (std::size_t i = variable.since; i < writes_.size(); ++i) current = current && !overlap(path, writes_[i].path);
  });
  return current;
}

Expr Converter::resolved(const Expr& expr) const {
  if (expr.kind == Kind::variable) {
    const auto found = variables_.find(expr.text);
    if (found == variables_.end()) return expr;
    const bool of_the_line = raw_ && !expr.path.empty() && is_the_line(found->second.value);
    std::optional<Expr> value = of_the_line ? std::optional<Expr>(Expr()) : part_of(found->second.value, expr.path);
    if (of_the_line) {
      value->kind = Kind::path;
      value->path = expr.path;
    }
    if (!value || !is_current(found->second, *value)) return expr;
    value->line = expr.line;
    return std::move(*value);
  }
  Expr copy = expr;
  for (Expr& child : copy.children) child = resolved(child);
  for (Argument& argument : copy.arguments) argument.value.front() = resolved(argument.value.front());
  return copy;
}

// Behind a block that may not have been run, nobody knows what its variables hold.
void Converter::forget_changes(const std::map<std::string, Variable>& before) {
  std::map<std::string, Variable> known = before;
  for (const auto& [name, variable] : variables_) {
    const auto earlier = before.find(name);
    const bool changed = earlier == before.end() || earlier->second.number != variable.number;
    if (changed || !variable.usable) known[name].usable = false;
  }
  variables_ = std::move(known);
}

// `err` of err == null, err != null, is_null(err), !is_null(err): the variable that has the value.
std::optional<std::string> Converter::error_variable(const Expr& test, bool& equal_is_success) const {
  const Expr* inner = &bare(test);
  equal_is_success = true;
  if (inner->kind == Kind::unary && inner->text == "!") {
    equal_is_success = false;
    inner = &bare(inner->children.front());
  }
  const Expr* subject = nullptr;
  if (is_call(*inner, "is_null")) {
    subject = argument(*inner, 0, "value");
  } else if (inner->kind == Kind::binary && bare(inner->children[1]).kind == Kind::null) {
    if (inner->text != "==" && inner->text != "!=") return std::nullopt;
    equal_is_success = equal_is_success == (inner->text == "==");
    subject = &inner->children[0];
  }
  if (subject == nullptr || subject->kind != Kind::variable) return std::nullopt;
  const auto found = errors_.find(subject->text);
  return found == errors_.end() ? std::nullopt : std::optional(found->second);
}

// Otherwise than to parse or to redact it.
bool Converter::reads_the_line(const Expr& expr) const {
  if (is_the_line(expr) || is_call(expr, "redact")) return false;
  if (expr.kind == Kind::path && expr.path.size() == 1 && expr.path.front().key == "message") return true;
  return std::any_of(expr.children.begin(), expr.children.end(), [&](const Expr& e) { return reads_the_line(e); }) ||
         std::any_of(expr.arguments.begin(), expr.arguments.end(),
                     [&](const Argument& a) { return reads_the_line(a.value.front()); });
}

void Converter::warn_of_raw(const Expr& expr) {
  if (!raw_ || warned_of_raw_ || !reads_the_line(expr)) return;
  warned_of_raw_ = true;
  remark(expr, {},
         {"it looks at `message`, which is the whole line there; of a line that is JSON it is a field here",
          "name the fields that are meant"});
}

}  // namespace towline::app::migration::vrl
