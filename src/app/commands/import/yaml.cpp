#include "app/commands/import/yaml.hpp"

#include <algorithm>
#include <array>

#include "app/commands/import/tree.hpp"
#include "base/check.hpp"
#include "base/json_string.hpp"
#include "config/describe.hpp"

namespace towline::app::migration {

namespace {

constexpr std::size_t width = 110;

// What some reader of YAML takes for something else than a text.
bool is_word(std::string_view text) {
  constexpr std::array<std::string_view, 9> words{"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(words.begin(), words.end(), lower) != words.end();
}

bool is_plain(std::string_view text, bool in_flow) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  if (text.empty() || is_word(text) || is_number(text) || text.back() == ':') return false;
  const std::string first = std::string(letters) + "/" + (in_flow ? "" : "$");
  const std::string others = std::string(letters) + "/.+@=-" + (in_flow ? "" : "${}:");
  return first.find(text.front()) != std::string::npos && text.find_first_not_of(others) == std::string_view::npos;
}

// A comment ends with its line, whatever is in it.
std::string in_one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') c = ' ';
  return text;
}

}  // namespace

std::string yaml_text(std::string_view text, bool in_flow) {
  if (is_plain(text, in_flow)) return std::string(text);
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
  std::string out;
  if (!printable || text.find('"') == std::string_view::npos) {
    append_json_string(out, text);  // a JSON string is a YAML double-quoted scalar
    // Backslashes are easier to read in single quotes, where they stand for themselves.
    if (!printable || text.find('\\') == std::string_view::npos) return out;
  }
  out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

Yaml Yaml::text(std::string_view value) {
  Yaml yaml(Kind::text);
  yaml.text_ = value;
  return yaml;
}

Yaml Yaml::plain(std::string_view value) {
  Yaml yaml(Kind::plain);
  yaml.text_ = value;
  return yaml;
}

Yaml Yaml::list(std::vector<Yaml> items) {
  Yaml yaml(Kind::list);
  yaml.items_ = std::move(items);
  return yaml;
}

Yaml Yaml::map() {
  return Yaml(Kind::map);
}

Yaml Yaml::texts(const std::vector<std::string>& values) {
  Yaml yaml(Kind::list);
  for (const std::string& value : values) yaml.items_.push_back(text(value));
  return yaml;
}

Yaml& Yaml::set(std::string key, Yaml value) {
  CHECK(kind_ == Kind::map && !has(key));
  members_.emplace_back(std::move(key), std::move(value));
  return *this;
}

Yaml& Yaml::push(Yaml item) {
  CHECK(kind_ == Kind::list);
  items_.push_back(std::move(item));
  return *this;
}

void Yaml::erase(std::string_view key) {
  std::erase_if(members_, [&](const Member& member) { return member.first == key; });
}

const Yaml* Yaml::find(std::string_view key) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.first == key; });
  return found == members_.end() ? nullptr : &found->second;
}

Yaml& Yaml::comment(std::string text) {
  comments_.push_back(in_one_line(std::move(text)));
  return *this;
}

Yaml& Yaml::comments(std::vector<std::string> texts) {
  for (std::string& text : texts) comment(std::move(text));
  return *this;
}

Yaml& Yaml::closing_comments(std::vector<std::string> texts) {
  for (std::string& text : texts) closing_comments_.push_back(in_one_line(std::move(text)));
  return *this;
}

Yaml& Yaml::compact() {
  compact_ = true;
  return *this;
}

Yaml& Yaml::off() {
  off_ = true;
  return *this;
}

std::string Yaml::dump() const {
  std::string out;
  for (const std::string& comment : comments_) out += config::yaml_comment(comment, 0);
  for (const auto& [key, value] : members_) {
    if (!value.is_scalar() && !out.empty()) out += '\n';
    value.write_entry(yaml_text(key, false) + ":", 0, out);
  }
  for (const std::string& comment : closing_comments_) out += config::yaml_comment(comment, 0);
  return out;
}

std::string Yaml::dump_compact() const {
  if (kind_ == Kind::plain) return text_;
  if (kind_ == Kind::text) return yaml_text(text_, true);
  std::string out;
  for (const Yaml& item : items_) out += (out.empty() ? "" : ", ") + item.dump_compact();
  if (kind_ == Kind::list) return "[" + out + "]";
  for (const auto& [key, value] : members_)
    out += (out.empty() ? " " : ", ") + yaml_text(key, true) + ": " + value.dump_compact();
  return out.empty() ? "{}" : "{" + out + " }";
}

bool Yaml::has_comments() const {
  const auto commented = [](const Yaml& value) {
    return value.off_ || !value.comments_.empty() || value.has_comments();
  };
  return !closing_comments_.empty() || std::any_of(items_.begin(), items_.end(), commented) ||
         std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return commented(m.second); });
}

bool Yaml::fits(std::size_t column) const {
  if (is_scalar() || empty()) return true;
  return compact_ && !has_comments() && column + dump_compact().size() <= width;
}

// Its members or items, one below the other.
void Yaml::write_lines(std::size_t indent, std::string& out) const {
  const std::string margin(indent, ' ');
  for (const Yaml& item : items_) item.write_entry(margin + "-", indent, out);
  for (const auto& [key, value] : members_) value.write_entry(margin + yaml_text(key, false) + ":", indent, out);
  for (const std::string& comment : closing_comments_) out += config::yaml_comment(comment, indent);
}

// What stands behind a key or a dash, from the blank to the line end.
void Yaml::write_value(std::size_t indent, std::size_t column, std::string& out) const {
  if (kind_ == Kind::text) {
    out += " " + yaml_text(text_, false) + "\n";
  } else if (fits(column + 1)) {
    out += " " + dump_compact() + "\n";
    for (const std::string& comment : closing_comments_) out += config::yaml_comment(comment, indent + 2);
  } else {
    out += "\n";
    write_lines(indent + 2, out);
  }
}

void Yaml::write_entry(const std::string& begin, std::size_t indent, std::string& out) const {
  for (const std::string& comment : comments_) out += config::yaml_comment(comment, indent);
  std::string lines = begin;
  const bool is_item = begin.back() == '-';
  const bool one_member = is_item && kind_ == Kind::map && !fits(begin.size() + 1);
  if (one_member) {  // the first member stands behind the dash
    std::string inside;
    write_lines(indent + 2, inside);
    lines += " " + inside.substr(indent + 2);
  } else {
    write_value(indent, begin.size(), lines);
  }
  if (!off_) {
    out += lines;
    return;
  }
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    out += std::string(indent, ' ') + "# " + lines.substr(at + indent, end - at - indent) + "\n";
    at = end + 1;
  }
}

}  // namespace towline::app::migration
