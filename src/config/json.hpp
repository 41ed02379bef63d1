// A JSON document to be written out, members in the order in which they were added. It parses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace towline::config {

class Json {
 public:
  using Member = std::pair<std::string, Json>;

  Json() : value_(Object{}) {}                                // an empty object
  Json(const char* text) : value_(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Json(std::string_view text) : value_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Json(std::string text) : value_(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  Json(bool value) : value_(value) {}                         // NOLINT(google-explicit-constructor)
  Json(std::uint64_t value) : value_(value) {}                // NOLINT(google-explicit-constructor)
  static Json array(std::vector<Json> items = {});

  Json& set(std::string key, Json value);  // adds a member to an object; the key must be new
  Json& push(Json item);                   // adds an item to an array
  bool empty() const;                      // an object or array without content

  // Two spaces of indentation a level, one member a line.
  std::string dump() const;

 private:
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  void write(std::string& out, std::size_t indent) const;

  std::variant<bool, std::uint64_t, std::string, Array, Object> value_;
};

}  // namespace towline::config
