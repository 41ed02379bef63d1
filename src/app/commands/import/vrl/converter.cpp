#include "app/commands/import/vrl/converter.hpp"

#include <algorithm>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/condition.hpp"
#include "app/commands/import/vrl/look.hpp"
#include "config/problems.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

std::string first_line(const std::string& source) {
  return config::in_quotes(source.substr(0, source.find('\n')));
}

bool is_only_abort(const Expr& block) {
  return block.children.size() == 1 && block.children.front().kind == Kind::abort;
}

// Whether it changes nothing: log("..."), a value.
bool is_idle(const Expr& expr) {
  return expr.kind != Kind::assign && expr.kind != Kind::condition && expr.kind != Kind::abort &&
         expr.kind != Kind::block && !is_call(expr, "del") && !is_call(expr, "remove");
}

bool all_harmless(const Nodes& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.harmless || node.is_comment(); });
}

bool only_comments(const Nodes& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.is_comment(); });
}

// Whether none of them does anything to a record without the field.
bool all_need(const Nodes& nodes, const std::string& field) {
  return std::all_of(nodes.begin(), nodes.end(), [&](const Node& node) {
    return node.is_comment() || (node.is_step() && (node.needs == field || node.needs.starts_with(field + ".")));
  });
}

// The field that must be there: exists(.a), .a != null, !is_null(.a), is_string(.a).
const Path* guarded_field(const Expr& test) {
  if (test.kind == Kind::call && (test.text == "exists" || test.text == "is_string" || test.text == "is_object")) {
    const Expr* field = argument(test, 0, test.text == "exists" ? "field" : "value");
    return field == nullptr ? nullptr : path_of(*field);
  }
  if (test.kind == Kind::unary && is_call(bare(test.children.front()), "is_null")) {
    const Expr* value = argument(bare(test.children.front()), 0, "value");
    return value == nullptr ? nullptr : path_of(*value);
  }
  const bool not_null = test.kind == Kind::binary && test.text == "!=" && bare(test.children[1]).kind == Kind::null;
  return not_null ? path_of(test.children[0]) : nullptr;
}

// Whether it makes no difference if the steps are done without the condition.
bool is_unneeded(const Expr& test, const Nodes& yes, const Nodes& no) {
  const Path* field = guarded_field(bare(test));
  const std::optional<std::string> guard = field == nullptr ? std::nullopt : our_path(*field);
  return only_comments(no) && (all_harmless(yes) || (guard && all_need(yes, *guard)));
}

bool merges_line(const Expr& expr) {
  const bool whole =
      expr.kind == Kind::assign && is_event(expr.children.front()) && !is_call(expr.children.back(), "redact");
  return whole || std::any_of(expr.children.begin(), expr.children.end(), merges_line);
}

}  // namespace

Converted convert_program(const std::vector<Statement>& statements, const Context& context) {
  return Converter(context).convert(statements);
}

Converted Converter::convert(const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) merges_line_ = merges_line_ || merges_line(statement.expr);
  for (const Statement& each : statements) {
    for (const std::string& comment : each.comments) place_->note(comment);
    if (each.error.empty())
      statement(each.expr);
    else
      remark(each.expr, each.expr.source, {"it can't be read: " + each.error, ""});
  }
  make_up_for_deletions();
  flush_comments();
  return {std::move(nodes_), raw_};
}

// All of it or nothing.
void Converter::statement(const Expr& expr) {
  Nodes before = std::exchange(nodes_, {});
  Problem problem = convert(expr);
  if (problem) {
    for (const Node& node : nodes_)
      if (!node.harmless) place_->notes(node.comments);
    std::erase_if(nodes_, [](const Node& node) { return !node.harmless; });
    remark(expr, expr.source, std::move(*problem));
  }
  std::swap(before, nodes_);
  append(std::move(before));
}

Converter::Problem Converter::convert(const Expr& expr) {
  switch (expr.kind) {
    case Kind::assign:
      return assign(expr);
    case Kind::call:
      return call_alone(resolved(expr));
    case Kind::condition:
      return condition(expr);
    case Kind::abort:
      return abort();
    case Kind::block:
      append(branch(&expr));
      return std::nullopt;
    default:
      return std::nullopt;  // a value that nobody uses
  }
}

Converter::Problem Converter::call_alone(const Expr& call) {
  const Expr* first = argument(call, 0, call.text == "del" ? "target" : "value");
  if (call.text == "del" && first != nullptr && path_of(*first) != nullptr) return remove(*path_of(*first));
  if (call.text == "log") return Refusal{"steps don't write to the log", "a `metric` step can count such records"};
  return Refusal{"there is no step for the function " + config::in_quotes(call.text), ""};
}

Converter::Problem Converter::abort() {
  if (context_.drop_on_abort) return add(ours::drop_if, Yaml::text(ours::every_record));
  return Refusal{"`drop_on_abort: false` lets the record go on as it was", "put what follows behind a route"};
}

Converter::Problem Converter::condition(const Expr& expr) {
  bool equal_is_success = true;
  const std::optional<std::string> variable = error_variable(expr.children.front(), equal_is_success);
  if (variable) return where_it_succeeded(expr, equal_is_success, *variable);

  const Expr test = resolved(expr.children.front());
  auto converted = convert_condition(test);
  if (auto* refusal = std::get_if<Refusal>(&converted)) return without_condition(expr, std::move(*refusal));
  warn_of_raw(test);
  const Pattern& pattern = std::get<Pattern>(converted);
  for (const std::string& note : pattern.notes) place_->note(note);
  if (is_only_abort(expr.children[1])) return unless_abort(expr, pattern.whole());
  return fork(expr, test, pattern.whole());
}

// if .level == "debug" { abort }
Converter::Problem Converter::unless_abort(const Expr& expr, const std::string& pattern) {
  if (!context_.drop_on_abort) return abort();
  if (Problem problem = add(ours::drop_if, Yaml::text(pattern))) return problem;
  if (expr.children.size() > 2) append(branch(&expr.children[2]));
  return std::nullopt;
}

Converter::Problem Converter::fork(const Expr& expr, const Expr& test, const std::string& pattern) {
  Node node;
  node.comments = place_->take_comments();
  const auto before = variables_;
  const bool raw = raw_;
  node.yes = branch(&expr.children[1]);
  const bool raw_then = std::exchange(raw_, raw);
  forget_changes(before);
  node.no = branch(expr.children.size() > 2 ? &expr.children[2] : nullptr);
  forget_changes(before);
  raw_ = raw_ && raw_then;

  if (is_unneeded(test, node.yes, node.no)) {
    if (!node.yes.empty())
      node.yes.front().comments.insert(node.yes.front().comments.begin(), node.comments.begin(), node.comments.end());
    append(std::move(node.yes));
    append(std::move(node.no));
    return std::nullopt;
  }
  node.condition = pattern;
  nodes_.push_back(std::move(node));
  return std::nullopt;
}

// Where it isn't known for which records: nothing but what may be done to all of them.
Converter::Problem Converter::without_condition(const Expr& expr, Refusal refusal) {
  Remarks unseen;
  Place scratch(unseen);
  Place* const place = std::exchange(place_, &scratch);
  const auto before = variables_;
  Nodes nodes = branch(&expr.children[1]);
  Nodes otherwise = branch(expr.children.size() > 2 ? &expr.children[2] : nullptr);
  forget_changes(before);
  place_ = place;
  const bool unneeded = is_unneeded(resolved(expr.children.front()), nodes, otherwise);
  append(std::move(nodes));
  append(std::move(otherwise));
  if (unneeded && unseen.count() == 0) return std::nullopt;
  return refusal;
}

// value, err = parse_json(.message); if err == null { ... }
Converter::Problem Converter::where_it_succeeded(const Expr& expr, bool equal_is_success, const std::string& variable) {
  const Expr* first = &expr.children[1];
  const Expr* second = expr.children.size() > 2 ? &expr.children[2] : nullptr;
  const Expr* success = equal_is_success ? first : second;
  const Expr* failure = equal_is_success ? second : first;
  if (failure != nullptr && !std::all_of(failure->children.begin(), failure->children.end(), is_idle))
    return Refusal{"steps leave what they can't do, and count it: nothing else can be done then",
                   "`invalid` of the source says what becomes of lines that are not JSON"};
  const auto found = variables_.find(variable);
  const bool of_the_line = raw_ && found != variables_.end() && is_the_line(found->second.value);
  Nodes nodes = branch(success);
  if (of_the_line && !only_comments(nodes)) {
    Node node;
    node.condition = "{ " + std::string(ours::was_json) + " }";
    node.yes = std::move(nodes);
    nodes_.push_back(std::move(node));
    return std::nullopt;
  }
  const bool moves = nodes.size() == 2 && nodes[0].step == ours::parse_json && nodes[1].step == ours::remove &&
                     nodes[1].needs == nodes[0].needs;
  if (moves) {  // without `keep` the step itself removes what it has parsed
    nodes.pop_back();
    Yaml settings = Yaml::map().compact();
    for (const char* key : {ours::field, ours::target, ours::overwrite})
      if (const Yaml* value = nodes[0].settings.find(key)) settings.set(key, *value);
    nodes[0].settings = std::move(settings);
  }
  const bool right = only_comments(nodes) || (nodes.size() == 1 && nodes[0].step == ours::parse_json);
  if (!right) return Refusal{"whether an earlier step succeeded isn't known to later ones", ""};
  append(std::move(nodes));
  return std::nullopt;
}

// The steps of a block; remarks about its statements are made.
Nodes Converter::branch(const Expr* block) {
  if (block == nullptr) return {};
  Nodes before = std::exchange(nodes_, {});
  ++branches_;
  for (const Expr& expr : block->children) statement(expr);
  --branches_;
  flush_comments();
  return std::exchange(nodes_, std::move(before));
}

Converter::Problem Converter::add(std::string step, Yaml settings, std::string needs, bool harmless) {
  settings.compact();
  if (std::optional<std::string> problem = context_.problem_with(step, settings))
    return Refusal{std::move(*problem), ""};
  Node node;
  const auto place = place_of(step);
  if (place != nodes_.end()) place_->note("It stands before what flattens or cuts: that can hide what it looks for.");
  node.comments = place_->take_comments();
  node.step = std::move(step);
  node.settings = std::move(settings);
  node.needs = std::move(needs);
  node.harmless = harmless;
  nodes_.insert(place, std::move(node));
  return std::nullopt;
}

// At the end, but for redaction: that has to see a record before it is flattened or cut.
Nodes::iterator Converter::place_of(std::string_view step) {
  if (step != ours::redact) return nodes_.end();
  const auto stage = std::find_if(nodes_.rbegin(), nodes_.rend(), [](const Node& other) { return other.is_fork(); });
  return std::find_if(stage.base(), nodes_.end(),
                      [](const Node& other) { return other.step == ours::flatten || other.step == ours::truncate; });
}

void Converter::append(Nodes nodes) {
  for (Node& node : nodes) nodes_.insert(place_of(node.step), std::move(node));
}

void Converter::remark(const Expr& expr, const std::string& source, Refusal refusal) {
  const std::string what = source.empty() ? context_.what : context_.what + ": " + first_line(source);
  place_->remark(expr.line == 0 ? context_.line : expr.line, what, std::move(refusal));
}

void Converter::flush_comments() {
  std::vector<std::string> comments = place_->take_comments();
  if (comments.empty()) return;
  Node node;
  node.comments = std::move(comments);
  nodes_.push_back(std::move(node));
}

}  // namespace towline::app::migration::vrl
