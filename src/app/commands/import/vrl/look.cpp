#include "app/commands/import/vrl/look.hpp"

#include <algorithm>
#include <array>

#include "app/commands/import/vrl/parser.hpp"
#include "base/json_string.hpp"

namespace towline::app::migration::vrl {

using Kind = Expr::Kind;

namespace {

constexpr std::array<std::string_view, 7> assertions{"string", "object", "array", "int", "float", "bool", "timestamp"};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '@' || static_cast<unsigned char>(c) >= 0x80;
}

bool all_names(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), is_name);
}

std::optional<std::string> escaped_path(const Path& path, std::string_view special) {
  std::string text;
  for (const Segment& segment : path) {
    if (segment.kind == Segment::Kind::any_of || segment.index < 0) return std::nullopt;
    if (!text.empty()) text += '.';
    if (segment.kind == Segment::Kind::index) {
      text += std::to_string(segment.index);
      continue;
    }
    if (segment.key.empty()) return std::nullopt;
    for (const char c : segment.key) {
      if (special.find(c) != std::string_view::npos) text += '\\';
      text += c;
    }
  }
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

const Expr& bare(const Expr& expr) {
  if (expr.kind == Kind::block && expr.children.size() == 1) return bare(expr.children.front());
  if (expr.kind != Kind::call || !expr.path.empty() || expr.arguments.size() != 1) return expr;
  const bool asserts = std::find(assertions.begin(), assertions.end(), expr.text) != assertions.end();
  return asserts ? bare(expr.arguments.front().value.front()) : expr;
}

const Path* path_of(const Expr& expr) {
  const Expr& inner = bare(expr);
  return inner.kind == Kind::path && !inner.path.empty() ? &inner.path : nullptr;
}

const Path* path_or_deleted(const Expr& expr) {
  const Expr& inner = bare(expr);
  const Expr* field = is_call(inner, "del") ? argument(inner, 0, "target") : nullptr;
  return path_of(field == nullptr ? inner : *field);
}

bool is_event(const Expr& expr) {
  const Expr& inner = bare(expr);
  return inner.kind == Kind::path && inner.path.empty();
}

bool is_call(const Expr& expr, std::string_view name) {
  return expr.kind == Kind::call && expr.text == name;
}

std::optional<std::string> text_of(const Expr& expr) {
  const Expr& inner = bare(expr);
  if (inner.kind != Kind::string && inner.kind != Kind::raw) return std::nullopt;
  return inner.text;
}

Expr with_default(const Expr& value, const Expr* otherwise) {
  if (otherwise == nullptr) return value;
  Expr whole;
  whole.kind = Kind::binary;
  whole.line = value.line;
  whole.text = "??";
  whole.children = {value, *otherwise};
  return whole;
}

const Expr* argument(const Expr& call, std::size_t position, std::string_view name) {
  std::size_t unnamed = 0;
  for (const Argument& argument : call.arguments) {
    const bool is_it = argument.name.empty() ? unnamed++ == position : argument.name == name;
    if (is_it) return &argument.value.front();
  }
  return nullptr;
}

bool overlap(const Path& a, const Path& b) {
  const std::size_t common = std::min(a.size(), b.size());
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin());
}

std::optional<std::string> our_path(const Path& path) {
  return escaped_path(path, "\\.*\"");
}

std::optional<std::string> template_path(const Path& path) {
  std::optional<std::string> text = escaped_path(path, "\\.*\"{}");
  if (!text) return std::nullopt;
  // A fact about this machine has precedence, by its name as it is written: so the name is written otherwise.
  const bool like_a_fact = text->starts_with("host.") || text->starts_with("ecs.") || text->starts_with("ec2.");
  return like_a_fact ? "\\" + *text : text;
}

std::optional<std::string> selector(const Path& path) {
  if (path.empty() || path.front().kind != Segment::Kind::key) return std::nullopt;
  std::string text = "$";
  for (const Segment& segment : path) {
    if (segment.kind == Segment::Kind::any_of || segment.index < 0) return std::nullopt;
    if (segment.kind == Segment::Kind::index) {
      text += "[" + std::to_string(segment.index) + "]";
    } else if (all_names(segment.key)) {
      text += "." + segment.key;
    } else {
      text += '[';
      append_json_string(text, segment.key);
      text += ']';
    }
  }
  return text;
}

std::optional<Path> read_path(std::string_view text) {
  const std::string program = text.starts_with('.') ? std::string(text) : "." + std::string(text);
  const std::vector<Statement> statements = parse(program, 0);
  if (statements.size() != 1 || !statements.front().error.empty()) return std::nullopt;
  const Expr& expr = statements.front().expr;
  if (expr.kind != Kind::path || expr.path.empty()) return std::nullopt;
  return expr.path;
}

std::string shown(const Path& path) {
  std::string text;
  for (const Segment& segment : path) {
    if (segment.kind == Segment::Kind::index)
      text += "[" + std::to_string(segment.index) + "]";
    else
      text += "." + segment.key;
  }
  return text.empty() ? "." : text;
}

std::string template_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool variable = text.substr(i).starts_with("${") && (i == 0 || text[i - 1] != '$');
    const std::size_t end = variable ? text.find('}', i) : std::string_view::npos;
    if (end != std::string_view::npos) {
      out.append(text.substr(i, end - i + 1));
      i = end;
      continue;
    }
    const bool special = text[i] == '{' || text[i] == '}' || text[i] == '%';
    out.append(special ? 2 : 1, text[i]);
  }
  return out;
}

std::string quote_regex(std::string_view text) {
  constexpr std::string_view special = "\\.+*?()|[]{}^$";
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace towline::app::migration::vrl
