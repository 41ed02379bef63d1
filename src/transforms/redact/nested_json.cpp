#include "transforms/redact/nested_json.hpp"

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view before = "{\"\":";

// Where the text begins and ends without the blanks around it.
std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// The first character inside of the bracket that a text begins with; NUL if there is none.
char first_inside(std::string_view text) {
  const std::size_t at = text.find_first_not_of(blanks, 1);
  return at == std::string_view::npos ? '\0' : text[at];
}

bool is_one_of(char c, std::string_view set) {
  return c != '\0' && set.find(c) != std::string_view::npos;
}

}  // namespace

bool may_be_json(std::string_view text) {
  if (text.empty() || !is_one_of(text.front(), "{[ \t\r\n")) return false;
  text = trimmed(text);
  if (text.size() < 2) return false;
  if (text.front() == '{') return text.back() == '}' && is_one_of(first_inside(text), "\"}");
  return text.front() == '[' && text.back() == ']' && is_one_of(first_inside(text), "{[\"-0123456789tfn]");
}

bool looks_like_fields(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return false;
  if (text.front() != '[') return text.front() == '{';
  const std::size_t inside = text.find_first_not_of(blanks, 1);
  const bool redacted = inside != std::string_view::npos && text.substr(inside).starts_with(redaction_start);
  return !redacted && is_one_of(first_inside(text), "{[\"'");
}

// As the value of a member, so that a list can be parsed, too. A text that closes the object and goes on is found out
// by the member: it isn't the only one, or it ends too early.
bool NestedJson::parse(std::string_view text, WallTime received) {
  source_.assign(before).append(text).append(1, '}');
  size_ = source_.size();
  source_.append(record::padding, '\0');
  if (record_.parse({source_.data(), size_}, received) != record::ParseError::none) return false;
  const record::NodeId member = value();
  const std::string_view json = trimmed(text);
  return record_.next_sibling(member) == record::no_node && record_.value(member).size() == json.size();
}

void NestedJson::write(std::string& out) const {
  const record::Node& node = record_.node(value());
  const std::string_view source(source_.data(), size_ - 1);
  out.append(source.substr(before.size(), node.value_begin - before.size()));
  record_.write(out, value());
  out.append(source.substr(node.value_end));
}

}  // namespace towline::redact
