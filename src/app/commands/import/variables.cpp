#include "app/commands/import/variables.hpp"

namespace towline::app::migration {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '.';
}

std::string_view take_name(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_name(text[end])) ++end;
  return text.substr(0, end);
}

class Converter {
 public:
  explicit Converter(std::string_view text) : rest_(text) {}

  Variables convert() {
    for (std::size_t at = rest_.find('$'); at != std::string_view::npos; at = rest_.find('$')) {
      out_.text.append(rest_.substr(0, at));
      rest_.remove_prefix(at + 1);
      if (rest_.starts_with('$'))
        take_dollar();
      else if (rest_.starts_with('{'))
        take_braces();
      else
        take_plain();
    }
    out_.text.append(rest_);
    return std::move(out_);
  }

 private:
  // A dollar sign that is none of a variable's. Before a brace ours has to say so.
  void add_dollar() { out_.text.append(rest_.starts_with('{') ? "$$" : "$"); }

  void take_dollar() {
    rest_.remove_prefix(1);
    add_dollar();
  }

  void take_plain() {
    const std::string_view name = take_name(rest_);
    if (name.empty() || !is_letter(name.front())) return add_dollar();
    rest_.remove_prefix(name.size());
    add(name, {});
  }

  void take_braces() {
    const std::string_view name = take_name(rest_.substr(1));
    const std::size_t end = rest_.find('}');
    const std::string_view more = end == std::string_view::npos ? "" : rest_.substr(1, end - 1).substr(name.size());
    const bool known = more.empty() || more.starts_with('-') || more.starts_with('?') || more.starts_with(":-") ||
                       more.starts_with(":?");
    if (name.empty() || end == std::string_view::npos || !known) return add_dollar();
    rest_.remove_prefix(end + 1);
    add(name, more);
  }

  void add(std::string_view name, std::string_view more) {
    std::string text = "${" + std::string(name);
    if (more.starts_with(":-")) text.append(more);
    if (more.starts_with('-')) text.append(":").append(more);
    text += '}';
    if (more.starts_with('-')) differs(text, "its default now also counts where it is set to nothing");
    if (!is_letter(name.front()) || name.find('.') != std::string_view::npos)
      differs(text, "a name here has letters, digits and `_` only");
    out_.text += text;
  }

  void differs(const std::string& variable, const char* reason) {
    if (!out_.different.empty()) return;
    out_.different = variable;
    out_.different_reason = reason;
  }

  std::string_view rest_;
  Variables out_;
};

}  // namespace

Variables convert_variables(std::string_view text) {
  return Converter(text).convert();
}

bool has_variable(std::string_view text) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 1)) {
    if (at == 0 || text[at - 1] != '$') return true;
  }
  return false;
}

}  // namespace towline::app::migration
