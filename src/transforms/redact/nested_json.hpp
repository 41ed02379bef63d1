// JSON inside a string.
#pragma once

#include <string>
#include <string_view>

#include "record/record.hpp"

namespace towline::redact {

// The inside of a JSON string.
inline std::string_view without_quotes(std::string_view json_string) {
  return json_string.substr(1, json_string.size() - 2);
}

// Whether a text that begins with this character may have structure, in the sense of either of the following; a quick
// no for almost all.
constexpr bool begins_structure(char first) {
  return first == '{' || first == '[' || first == ' ';
}

// Whether a text has the outside of an object or a list: `{...}`, or `[...]` with something in it that may be JSON.
bool may_be_json(std::string_view text);

// Whether a text that isn't JSON is still more structure than prose: names and values in braces, such as Python and
// Java print them, or JSON that was cut off.
bool looks_like_fields(std::string_view text);

// One text, parsed. Reused from text to text; one thread at a time.
class NestedJson {
 public:
  // False if it isn't one JSON object or list, or one beyond the limits of a record.
  bool parse(std::string_view text, WallTime received);

  // The record that it stands in, and the object or list itself.
  record::Record& record() { return record_; }
  record::NodeId value() const { return record_.first_child(record::Record::root); }

  bool edited() const { return record_.node(value()).has(record::Node::dirty); }
  // The text with what was edited; blanks around it stay.
  void write(std::string& out) const;

  void release() { source_ = std::string(); }

 private:
  record::Record record_;
  std::string source_;  // {"": and the text and }
  std::size_t size_ = 0;
};

}  // namespace towline::redact
