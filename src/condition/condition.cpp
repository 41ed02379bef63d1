#include "condition/condition.hpp"

#include <algorithm>
#include <utility>

#include "condition/json_pattern.hpp"
#include "condition/term_pattern.hpp"

namespace towline::condition {

namespace {

bool compile(Scanner& scanner, Builder& builder) {
  scanner.skip_space();
  if (scanner.peek() == '{') return compile_json_pattern(scanner, builder);
  if (scanner.done())
    scanner.fail("expected a pattern in `{` and `}`, or terms");
  else if (scanner.peek() == '[')
    scanner.fail("patterns of columns in `[` and `]` aren't possible: records have fields, write `{ $.key = value }`");
  else
    return compile_term_pattern(scanner, builder);
  return false;
}

// The program, or null and what is wrong.
std::shared_ptr<const Program> compile(std::string_view text, Failure& failure) {
  if (text.size() > pattern_bytes_max) {
    failure = {pattern_bytes_max, "longer than " + std::to_string(pattern_bytes_max) + " bytes"};
    return nullptr;
  }
  auto program = std::make_shared<Program>(text);
  Scanner scanner(program->text());
  Builder builder(*program);
  if (compile(scanner, builder)) return program;
  failure = scanner.failure();
  return nullptr;
}

// Columns count characters, as editors do.
std::string with_column(std::string_view text, const Failure& failure) {
  const std::string_view before = text.substr(0, failure.at);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  const auto column = before.size() - static_cast<std::size_t>(std::count_if(before.begin(), before.end(), continues));
  return "column " + std::to_string(column + 1) + ": " + failure.message;
}

}  // namespace

Condition::Condition(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

Result<Condition> Condition::parse(std::string_view text) {
  Failure failure;
  auto program = compile(text, failure);
  if (program == nullptr) return Error{with_column(text, failure)};
  return Condition(std::move(program));
}

bool Condition::matches(const record::Record& record) {
  return program_ == nullptr || program_->matches(record, scratch_);
}

const std::string& Condition::text() const {
  static const std::string none;
  return program_ == nullptr ? none : program_->text();
}

}  // namespace towline::condition

namespace towline::config {

using condition::Condition;

std::optional<Condition> Value<Condition>::parse(const Node& node, Problems& problems) {
  if (!node.is_scalar()) {
    problems.add(node.mark, "expected a condition, not " + node.shown(),
                 "put it in single quotes: '{ $.level = \"ERROR\" }'");
    return std::nullopt;
  }
  condition::Failure failure;
  auto program = condition::compile(node.text, failure);
  if (program != nullptr) return Condition(std::move(program));
  if (const std::optional<Mark> place = place_in(node, failure.at))
    problems.add(*place, failure.message);
  else
    problems.add(node.mark, "the condition, " + condition::with_column(node.text, failure));
  return std::nullopt;
}

std::string Value<Condition>::print(const Condition& condition) {
  return condition.text().empty() ? std::string() : yaml_scalar(condition.text());
}

ValueInfo Value<Condition>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "condition";
  return info;
}

}  // namespace towline::config
