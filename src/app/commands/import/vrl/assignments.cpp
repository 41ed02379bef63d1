// Assignments of constants, fields, texts and objects.
#include <algorithm>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/converter.hpp"
#include "app/commands/import/vrl/look.hpp"
#include "config/problems.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

Refusal no_such_path(const Path& path) {
  return {"there is no path like " + config::in_quotes(shown(path)) + " here", "name a field of the record"};
}

bool is_constant(const Expr& expr) {
  return expr.kind == Kind::null || expr.kind == Kind::boolean || expr.kind == Kind::number ||
         (expr.kind == Kind::unary && expr.text == "-" && expr.children.front().kind == Kind::number);
}

Path below(const Path& path, const std::string& key) {
  Path result = path;
  result.push_back({Segment::Kind::key, key, 0});
  return result;
}

bool same_parent(const Path& a, const Path& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end() - 1, b.begin());
}

// (a ?? b) ?? c as a ?? (b ?? c): the same, with the first one on the left.
Expr from_the_left(Expr expr) {
  while (expr.kind == Kind::binary && expr.text == "??" && bare(expr.children[0]).kind == Kind::binary &&
         bare(expr.children[0]).text == "??") {
    Expr left = bare(expr.children[0]);
    Expr right = expr;
    right.children = {left.children[1], expr.children[1]};
    left.children = {left.children[0], std::move(right)};
    expr = std::move(left);
  }
  return expr;
}

bool reads(const Expr& expr, const Path& path) {
  if (expr.kind == Kind::path && overlap(expr.path, path)) return true;
  return std::any_of(expr.children.begin(), expr.children.end(), [&](const Expr& e) { return reads(e, path); }) ||
         std::any_of(expr.arguments.begin(), expr.arguments.end(),
                     [&](const Argument& a) { return reads(a.value.front(), path); });
}

}  // namespace

Converter::Problem Converter::assign(const Expr& expr) {
  const Expr& target = expr.children.front();
  const bool fallible = expr.children.size() == 3;
  if (fallible && expr.children[1].kind == Kind::variable) errors_[expr.children[1].text] = target.text;
  const Expr value = resolved(expr.children.back());
  if (value.kind == Kind::condition) return assign_if(target, expr.children.back());
  if (target.kind == Kind::metadata) return Refusal{"records have no metadata here", ""};
  if (target.kind == Kind::nothing) return convert(value);
  if (target.kind == Kind::variable) {
    remember_deletions(expr.children.back());
    if (target.path.empty() && expr.text == "=")
      define(target.text, value);
    else
      variables_[target.text].usable = false;
    return std::nullopt;
  }
  warn_of_raw(value);
  if (expr.text == "|=") return merge_into(target.path, value);
  const Expr chain = from_the_left(value);
  const bool has_default = chain.kind == Kind::binary && chain.text == "??";
  const Expr& first = has_default ? chain.children[0] : chain;
  const Expr* otherwise = has_default ? &chain.children[1] : nullptr;
  if (target.path.empty()) return assign_event(first, otherwise);
  return assign_path(target.path, first, otherwise);
}

// .a = if c { x } else { y }
Converter::Problem Converter::assign_if(const Expr& target, const Expr& value) {
  if (target.kind != Kind::path) return Refusal{"what a variable holds depends on a condition", ""};
  Expr expr = value;
  for (std::size_t i = 1; i < expr.children.size(); ++i) {
    Expr& block = expr.children[i];
    if (block.children.empty()) return Refusal{"its value is missing", ""};
    Expr assignment;
    assignment.kind = Kind::assign;
    assignment.text = "=";
    assignment.line = block.children.back().line;
    assignment.source = shown(target.path) + " = " + block.children.back().source;
    assignment.children = {target, block.children.back()};
    block.children.back() = std::move(assignment);
  }
  return condition(expr);
}

Converter::Problem Converter::assign_path(const Path& target, const Expr& value, const Expr* otherwise) {
  const Expr& inner = bare(value);
  if (is_constant(inner)) return assign_constant(target, inner);
  if (inner.kind == Kind::raw || inner.kind == Kind::timestamp)
    return set(target, Yaml::text(template_text(inner.text)), {});
  if (inner.kind == Kind::path && !inner.path.empty()) return assign_field(target, inner.path);
  if (inner.kind == Kind::object) return assign_object(target, inner);
  if (inner.kind == Kind::call) return assign_call(target, inner, otherwise);
  if (inner.kind == Kind::string || (inner.kind == Kind::binary && inner.text == "+"))
    return assign_text(target, with_default(inner, otherwise));
  if (inner.kind == Kind::variable)
    return Refusal{"it isn't known here what the variable " + config::in_quotes(inner.text) + " holds", ""};
  if (inner.kind == Kind::binary && inner.text == "||")
    return Refusal{"no step sets a field only where it is missing",
                   "route such records through a transform that sets it"};
  if (inner.kind == Kind::array) return Refusal{"no step sets a list", ""};
  return Refusal{"no step calculates values", "let the application do it"};
}

Converter::Problem Converter::assign_constant(const Path& target, const Expr& value) {
  return set(target,
             Yaml::plain(value.kind == Kind::unary  ? "-" + value.children.front().text
                         : value.kind == Kind::null ? "null"
                                                    : value.text),
             {});
}

Converter::Problem Converter::set(const Path& target, Yaml value, const std::string& needs) {
  const std::optional<std::string> path = our_path(target);
  if (!path) return no_such_path(target);
  wrote(target);
  return add(ours::set, Yaml::map().set(*path, std::move(value)), needs);
}

Converter::Problem Converter::assign_field(const Path& target, const Path& from) {
  const std::optional<std::string> to = our_path(target);
  const std::optional<std::string> source = our_path(from);
  if (!to || !source) return no_such_path(to ? from : target);
  if (*to == *source) return std::nullopt;
  wrote(target);
  return add(ours::copy, Yaml::map().set(*source, Yaml::text(*to)), *source);
}

// .a = { "b": 1 }: what was there before goes.
Converter::Problem Converter::assign_object(const Path& target, const Expr& object) {
  if (object.keys.empty()) return Refusal{"no step sets an empty object", ""};
  if (reads(object, target)) return Refusal{"it is made of what it replaces", ""};
  if (Problem problem = remove(target)) return problem;
  return merge_members(target, object);
}

Converter::Problem Converter::merge_members(const Path& target, const Expr& object) {
  for (std::size_t i = 0; i < object.keys.size(); ++i) {
    const Path path = below(target, object.keys[i]);
    for (std::size_t later = i + 1; later < object.keys.size(); ++later) {
      if (reads(object.children[later], path)) return Refusal{"a member is made of what another one replaces", ""};
    }
    const Expr& value = object.children[i];
    const bool has_default = value.kind == Kind::binary && value.text == "??";
    Problem problem =
        has_default ? assign_path(path, value.children[0], &value.children[1]) : assign_path(path, value, nullptr);
    if (problem) return problem;
  }
  return std::nullopt;
}

Converter::Problem Converter::assign_event(const Expr& value, const Expr* otherwise) {
  const Expr& inner = bare(value);
  if (is_event(inner)) return std::nullopt;
  if (inner.kind == Kind::object) return keep_fields(inner);
  if (inner.kind == Kind::call) return assign_call({}, inner, otherwise);
  if (inner.kind == Kind::binary && inner.text == "|" && is_event(inner.children[0]))
    return merge_into({}, inner.children[1]);
  if (inner.kind == Kind::variable)
    return Refusal{"it isn't known here what the variable " + config::in_quotes(inner.text) + " holds", ""};
  if (inner.kind == Kind::path)
    return Refusal{"no step puts an object in the place of the record", "`keep_only` and `flatten` come near it"};
  return Refusal{"no step makes a new record", "`keep_only` keeps some fields"};
}

// . = { "message": .message, "level": .severity }
Converter::Problem Converter::keep_fields(const Expr& object) {
  if (object.keys.empty()) return Refusal{"a record without fields says nothing", "`drop_if` drops it"};
  std::vector<std::string> fields;
  for (const std::string& key : object.keys) fields.push_back(our_path({{Segment::Kind::key, key, 0}}).value_or(key));
  if (Problem problem = merge_members({}, object)) return problem;
  return add(ours::keep_only,
             Yaml::map().set(ours::fields, Yaml::texts(fields).compact()).set(ours::always, Yaml::list()));
}

Converter::Problem Converter::merge_into(const Path& target, const Expr& value) {
  const bool has_default = value.kind == Kind::binary && value.text == "??";
  const Expr& inner = bare(has_default ? value.children[0] : value);
  if (inner.kind == Kind::object) return merge_members(target, inner);
  if (!is_call(inner, "parse_json") || !inner.path.empty() || !target.empty())
    return Refusal{"no step puts the members of one object into another one",
                   "`parse_json` does it for JSON in a text, `flatten` for objects in the record"};
  if (raw_ && is_the_line(inner)) return parsed_line();
  const Expr* from = argument(inner, 0, "value");
  const Path* path = from == nullptr ? nullptr : path_or_deleted(*from);
  if (path == nullptr) return Refusal{"`parse_json` reads a field, nothing else", ""};
  return parse_json_of(*path, Path(), path_of(*from) != nullptr);
}

// Here the fields of a line that is JSON are those of the record from the start.
Converter::Problem Converter::parsed_line() {
  raw_ = false;
  place_->note("No `parse_json` is needed: a line that is JSON is a record from the start.");
  return std::nullopt;
}

// .a = del(.b)
Converter::Problem Converter::move(const Path& from, const Path& to) {
  const std::optional<std::string> source = our_path(from);
  const std::optional<std::string> target = our_path(to);
  if (!source || !target) return no_such_path(source ? to : from);
  if (branches_ == 0) std::erase_if(deletions_, [&](const auto& deletion) { return *path_of(deletion.first) == from; });
  if (*source == *target) return std::nullopt;
  took_out(from);
  wrote(to);
  const bool in_list = from.back().kind == Segment::Kind::index || to.back().kind == Segment::Kind::index;
  // A name without a dot stays in its object, one with dots is counted from the record.
  const bool renames = !in_list && (same_parent(from, to) || to.size() > 1);
  if (renames) {
    const std::string name = same_parent(from, to) ? *our_path({to.back()}) : *target;
    return add(ours::rename, Yaml::map().set(*source, Yaml::text(name)), *source);
  }
  if (Problem problem = add(ours::copy, Yaml::map().set(*source, Yaml::text(*target)), *source)) return problem;
  return add(ours::remove, Yaml::texts({*source}), *source);
}

Converter::Problem Converter::remove(const Path& path) {
  const std::optional<std::string> text = our_path(path);
  if (!text) return no_such_path(path);
  const bool of_the_line = raw_ && merges_line_ && *text == "message";
  if (of_the_line) return std::nullopt;  // the line itself is in no field here
  took_out(path);
  return add(ours::remove, Yaml::texts({*text}), *text);
}

}  // namespace towline::app::migration::vrl
