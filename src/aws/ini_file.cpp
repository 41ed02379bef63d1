#include "aws/ini_file.hpp"

#include <algorithm>

namespace towline::aws {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::string_view without_comment(std::string_view value) {
  for (std::size_t at = 1; at < value.size(); ++at) {
    const bool mark = value[at] == '#' || value[at] == ';';
    if (mark && blanks.find(value[at - 1]) != std::string_view::npos) return value.substr(0, at);
  }
  return value;
}

// "profile  x" and `profile "x"` are "profile x".
std::string section_name(std::string_view text) {
  std::string name;
  for (const char c : trimmed(text)) {
    const bool blank = c == ' ' || c == '\t';
    if (c == '"' || c == '\'' || (blank && name.ends_with(' '))) continue;
    name += blank ? ' ' : c;
  }
  return name;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

IniFile parse_ini(std::string_view text) {
  IniFile file;
  IniSection* section = nullptr;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    const std::string_view line = trimmed(whole);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      const std::size_t end = line.find(']');
      section = end == std::string_view::npos ? nullptr : &file[section_name(line.substr(1, end - 1))];
      continue;
    }
    const std::size_t equals = line.find('=');
    const bool indented = blanks.find(whole.front()) != std::string_view::npos;
    if (section == nullptr || indented || equals == std::string_view::npos) continue;
    const std::string_view value = trimmed(without_comment(line.substr(equals + 1)));
    section->insert_or_assign(lower(trimmed(line.substr(0, equals))), Secret(std::string(value)));
  }
  return file;
}

}  // namespace towline::aws
