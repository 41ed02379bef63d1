#include "config/json.hpp"

#include "base/check.hpp"
#include "base/json_string.hpp"

namespace towline::config {

Json Json::array(std::vector<Json> items) {
  Json json;
  json.value_ = std::move(items);
  return json;
}

Json& Json::set(std::string key, Json value) {
  Object* object = std::get_if<Object>(&value_);
  CHECK(object != nullptr);
  object->emplace_back(std::move(key), std::move(value));
  return *this;
}

Json& Json::push(Json item) {
  Array* array = std::get_if<Array>(&value_);
  CHECK(array != nullptr);
  array->push_back(std::move(item));
  return *this;
}

bool Json::empty() const {
  if (const Array* array = std::get_if<Array>(&value_)) return array->empty();
  if (const Object* object = std::get_if<Object>(&value_)) return object->empty();
  return false;
}

std::string Json::dump() const {
  std::string out;
  write(out, 0);
  return out;
}

void Json::write(std::string& out, std::size_t indent) const {
  const auto line = [&out](std::size_t depth) { out.append("\n").append(depth * 2, ' '); };
  if (const bool* flag = std::get_if<bool>(&value_)) {
    out += *flag ? "true" : "false";
  } else if (const std::uint64_t* number = std::get_if<std::uint64_t>(&value_)) {
    out += std::to_string(*number);
  } else if (const std::string* text = std::get_if<std::string>(&value_)) {
    append_json_string(out, *text);
  } else if (empty()) {
    out += std::holds_alternative<Array>(value_) ? "[]" : "{}";
  } else if (const Array* array = std::get_if<Array>(&value_)) {
    for (const Json& item : *array) {
      out += &item == &array->front() ? '[' : ',';
      line(indent + 1);
      item.write(out, indent + 1);
    }
    line(indent);
    out += ']';
  } else if (const Object* object = std::get_if<Object>(&value_)) {
    for (const Member& member : *object) {
      out += &member == &object->front() ? '{' : ',';
      line(indent + 1);
      append_json_string(out, member.first);
      out += ": ";
      member.second.write(out, indent + 1);
    }
    line(indent);
    out += '}';
  }
}

}  // namespace towline::config
