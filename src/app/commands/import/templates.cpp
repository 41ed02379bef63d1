#include "app/commands/import/templates.hpp"

#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Appends what stands outside of braces: variables and times stay, braces are doubled.
bool append_text(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool variable = text.substr(i).starts_with("${") && (i == 0 || text[i - 1] != '$');
    const std::size_t end = variable ? text.find('}', i) : std::string_view::npos;
    if (end != std::string_view::npos) {
      out.append(text.substr(i, end - i + 1));
      i = end;
    } else if (text[i] == '%') {
      const std::string_view next = text.substr(i + 1, 1);
      if (next.empty() || std::string_view("%YmdHMSjF").find(next.front()) == std::string_view::npos) return false;
      out += next == "F" ? "%Y-%m-%d" : "%" + std::string(next);
      ++i;
    } else {
      out.append(text[i] == '{' || text[i] == '}' ? 2 : 1, text[i]);
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> convert_template(std::string_view text) {
  std::string out;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{")) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos || !append_text(text.substr(0, at), out)) return std::nullopt;
    const auto path = vrl::read_path(trimmed(text.substr(at + 2, end - at - 2)));
    const auto name = path ? vrl::template_path(*path) : std::nullopt;
    if (!name) return std::nullopt;
    out += "{" + *name + "}";
    text.remove_prefix(end + 2);
  }
  if (!append_text(text, out)) return std::nullopt;
  return out;
}

std::optional<std::string> only_field(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with("{{") || text.find("}}") + 2 != text.size()) return std::nullopt;
  const auto path = vrl::read_path(trimmed(text.substr(2, text.size() - 4)));
  return path ? vrl::our_path(*path) : std::nullopt;
}

}  // namespace towline::app::migration
