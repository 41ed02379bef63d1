// Texts that are put together: constants, fields, variables of the environment.
#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/converter.hpp"
#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

// `${NAME}`, or `${NAME:-default}`.
std::optional<std::string> variable_of(const Expr& call, const Expr* otherwise) {
  const Expr* argument_ = argument(call, 0, "name");
  const std::optional<std::string> name = argument_ == nullptr ? std::nullopt : text_of(*argument_);
  const std::optional<std::string> without = otherwise == nullptr ? std::nullopt : text_of(*otherwise);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  if (!name || name->empty() || name->find_first_not_of(allowed) != std::string::npos) return std::nullopt;
  if (without && without->find('}') != std::string::npos) return std::nullopt;
  return "${" + *name + (without ? ":-" + *without : "") + "}";
}

}  // namespace

// .a = "x" + string!(.b) + "y"
Converter::Problem Converter::assign_text(const Path& target, const Expr& value) {
  std::string text;
  std::string needs;
  if (!template_of(value, text, needs))
    return Refusal{"no step calculates that or puts it together",
                   "`set` fills in fields and facts: \"{a}-{host.name}\""};
  const bool has_default = value.kind == Kind::binary && value.text == "??" && !needs.empty();
  const std::optional<std::string> otherwise = has_default ? text_of(value.children[1]) : std::nullopt;
  if (has_default && otherwise != "")
    remark(value, {}, {"where a field is missing nothing is set, not the default", ""});
  return set(target, Yaml::text(text), needs);
}

// False where it isn't made of texts and fields. Where a field is missing, nothing is set.
bool Converter::template_of(const Expr& expr, std::string& text, std::string& needs) const {
  const Expr& inner = bare(expr);
  if (inner.kind == Kind::binary && inner.text == "+")
    return template_of(inner.children[0], text, needs) && template_of(inner.children[1], text, needs);
  if (inner.kind == Kind::binary && inner.text == "??" && !is_call(bare(inner.children[0]), "get_env_var"))
    return template_of(inner.children[0], text, needs);
  if (is_call(inner, "to_string") && inner.arguments.size() == 1)
    return template_of(inner.arguments.front().value.front(), text, needs);
  if (inner.kind == Kind::number || inner.kind == Kind::boolean || inner.kind == Kind::raw) {
    text += template_text(inner.text);
    return true;
  }
  if (is_call(inner, "get_hostname")) {
    text += "{host.name}";
    return true;
  }
  const bool has_default = inner.kind == Kind::binary && inner.text == "??";
  const Expr& call = has_default ? bare(inner.children[0]) : inner;
  if (is_call(call, "get_env_var")) {
    const std::optional<std::string> variable = variable_of(call, has_default ? &inner.children[1] : nullptr);
    text += variable.value_or("");
    return variable.has_value();
  }
  if (inner.kind == Kind::path) {
    const std::optional<std::string> path = template_path(inner.path);
    text += "{" + path.value_or("") + "}";
    needs = our_path(inner.path).value_or("");
    return path.has_value();
  }
  if (inner.kind != Kind::string) return false;
  // "{{ name }}" puts a variable in.
  std::string_view rest = inner.text;
  for (std::size_t at = rest.find("{{"); at != std::string_view::npos; at = rest.find("{{")) {
    const std::size_t end = rest.find("}}", at);
    if (end == std::string_view::npos) return false;
    text += template_text(rest.substr(0, at));
    std::string_view name = rest.substr(at + 2, end - at - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    Expr variable;
    variable.kind = Kind::variable;
    variable.text = name;
    const Expr value = resolved(variable);
    if (value.kind == Kind::variable || !template_of(value, text, needs)) return false;
    rest.remove_prefix(end + 2);
  }
  text += template_text(rest);
  return true;
}

}  // namespace towline::app::migration::vrl
