// The settings of one component of a Vector configuration. It knows which of them somebody has asked for; what is left
// in the end is a remark, so that nothing is lost silently.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/import/remarks.hpp"
#include "app/commands/import/tree.hpp"

namespace towline::app::migration {

class Settings {
 public:
  // `map` may be null or something else than a map: then there are none. `path` is its name in remarks, "sinks.out".
  Settings(const Tree* map, std::string path, Place& place);

  const std::string& path() const { return path_; }
  Place& place() { return *place_; }

  // The value of a key, which counts as asked for; null where it is missing or null.
  const Tree* take(std::string_view key);
  // A scalar as text, variables in our form. What isn't one is a remark.
  std::optional<std::string> text(std::string_view key);
  // A number as it is written; a text with a variable may be one, too.
  std::optional<std::string> number(std::string_view key);
  bool flag(std::string_view key, bool without);
  // The texts of a list; of a scalar, that.
  std::vector<std::string> texts(std::string_view key);
  // What is below a key; none where it isn't there.
  Settings section(std::string_view key);

  // These need no counterpart.
  void ignore(std::initializer_list<std::string_view> keys);
  // A remark if the key is there.
  void refuse(std::string_view key, std::string why, std::string instead = {});
  void refuse_at(std::uint32_t line, std::string_view key, std::string why, std::string instead = {});
  // A remark for each key that nobody has asked for.
  void finish();

  // A text with variables in our form.
  std::string converted(const Tree& scalar, std::string_view key);

 private:
  std::string name_of(std::string_view key) const;

  const Tree* map_;
  std::string path_;
  Place* place_;
  std::vector<std::string> taken_;
};

}  // namespace towline::app::migration
