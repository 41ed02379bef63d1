#include "transforms/json_scalar.hpp"

#include "base/json_string.hpp"
#include "record/grammar.hpp"

namespace towline::transforms {

namespace {

bool is_number(const std::string& text) {
  const char* const end = text.data() + text.size();
  return record::skip_number(text.data(), end) == end;
}

}  // namespace

std::string json_scalar(const config::Node& node) {
  if (node.is_null()) return "null";
  const std::string& text = node.text;
  if (!node.quoted && (text == "true" || text == "false" || text == "null" || is_number(text))) return text;
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace towline::transforms
