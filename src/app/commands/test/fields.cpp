#include "app/commands/test/fields.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/json_string.hpp"
#include "record/json_text.hpp"
#include "record/record.hpp"

namespace towline::app {

namespace {

using record::NodeId;
using record::Record;
using record::Type;

std::string decoded_key(const Record& record, NodeId id) {
  std::string key;
  if (!record::append_decoded(key, record.key(id))) key = record.key(id);
  return key;
}

// In quotes where it could be taken for something else: a number for that of an element, `#` for what stands behind a
// key that is there again.
void append_key(std::string& path, const std::string& key) {
  std::string quoted;
  append_json_string(quoted, key);
  const bool plain = quoted.size() == key.size() + 2 && key.find_first_of(".*: #") == std::string::npos &&
                     key.find_first_not_of("0123456789") != std::string::npos;
  path += plain ? key : quoted;
}

std::string value_text(const Record& record, NodeId id) {
  const std::string_view value = record.value(id);
  if (record.type(id) == Type::object) return "{}";
  if (record.type(id) == Type::array) return "[]";
  if (record.type(id) != Type::string) return std::string(value);
  std::string decoded;
  std::string text;
  if (!record::append_decoded(decoded, value.substr(1, value.size() - 2))) decoded = value;
  append_json_string(text, decoded);
  return text;
}

// The tree is as deep as the record's own limit, no deeper.
void collect(const Record& record, NodeId container, const std::string& path, std::vector<std::string>& lines) {
  std::size_t index = 0;
  std::map<std::string, std::size_t> times;  // that a key has been there
  for (NodeId id = record.first_child(container); id != record::no_node; id = record.next_sibling(id), ++index) {
    std::string inner = path.empty() ? std::string() : path + ".";
    if (record.in_array(id)) {
      inner += std::to_string(index);
    } else {
      const std::string key = decoded_key(record, id);
      append_key(inner, key);
      if (const std::size_t time = ++times[key]; time > 1) inner += "#" + std::to_string(time);
    }
    if (record.first_child(id) != record::no_node)
      collect(record, id, inner, lines);
    else
      lines.push_back(inner + ": " + value_text(record, id));
  }
}

}  // namespace

std::vector<std::string> field_lines(std::string_view json) {
  std::string padded(json);
  padded.append(record::padding, '\0');
  Record record;
  if (record.parse(std::string_view(padded).substr(0, json.size()), {}) != record::ParseError::none) {
    return {std::string(json)};
  }
  std::vector<std::string> lines;
  collect(record, Record::root, {}, lines);
  std::stable_sort(lines.begin(), lines.end());
  return lines;
}

FieldDiff diff(std::string_view before, std::string_view after) {
  const std::vector<std::string> old_fields = field_lines(before);
  const std::vector<std::string> new_fields = field_lines(after);
  FieldDiff result;
  std::set_difference(old_fields.begin(), old_fields.end(), new_fields.begin(), new_fields.end(),
                      std::back_inserter(result.gone));
  std::set_difference(new_fields.begin(), new_fields.end(), old_fields.begin(), old_fields.end(),
                      std::back_inserter(result.come));
  return result;
}

}  // namespace towline::app
