// A YAML document to be written out, with comments, members in the order in which they were added.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace towline::app::migration {

class Yaml {
 public:
  static Yaml text(std::string_view value);   // a string, in quotes where it would be something else without
  static Yaml plain(std::string_view value);  // a number, a boolean, null, a size: as it is
  static Yaml list(std::vector<Yaml> items = {});
  static Yaml map();
  static Yaml texts(const std::vector<std::string>& values);  // a list of them

  Yaml& set(std::string key, Yaml value);  // adds a member; the key must be new
  Yaml& push(Yaml item);
  void erase(std::string_view key);
  const Yaml* find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  const std::vector<Yaml>& items() const { return items_; }
  const std::vector<std::pair<std::string, Yaml>>& members() const { return members_; }
  bool empty() const { return items_.empty() && members_.empty(); }
  bool is_blank() const { return empty() && closing_comments_.empty(); }
  std::size_t size() const { return items_.size() + members_.size(); }

  // A comment above it: a member, an item or the whole document. Long ones are wrapped.
  Yaml& comment(std::string text);
  Yaml& comments(std::vector<std::string> texts);
  std::vector<std::string> take_comments() { return std::exchange(comments_, {}); }
  // Below the last member or item.
  Yaml& closing_comments(std::vector<std::string> texts);
  std::vector<std::string> take_closing_comments() { return std::exchange(closing_comments_, {}); }
  // Written in braces or brackets on one line, where it has no comments and fits.
  Yaml& compact();
  // The whole of it becomes a comment: a member or an item.
  Yaml& off();

  // The document, with a line end behind it.
  std::string dump() const;
  // In one line, without comments.
  std::string dump_compact() const;

 private:
  enum class Kind : std::uint8_t { text, plain, list, map };
  using Member = std::pair<std::string, Yaml>;

  explicit Yaml(Kind kind) : kind_(kind) {}
  bool is_scalar() const { return kind_ == Kind::text || kind_ == Kind::plain; }
  bool fits(std::size_t column) const;
  bool has_comments() const;
  void write_lines(std::size_t indent, std::string& out) const;
  void write_value(std::size_t indent, std::size_t column, std::string& out) const;
  void write_entry(const std::string& begin, std::size_t indent, std::string& out) const;

  Kind kind_;
  std::string text_;
  std::vector<Yaml> items_;
  std::vector<Member> members_;
  std::vector<std::string> comments_;
  std::vector<std::string> closing_comments_;
  bool compact_ = false;
  bool off_ = false;
};

// A string as a YAML scalar. `in_flow`: between braces or brackets, where more characters need quotes.
std::string yaml_text(std::string_view text, bool in_flow);

}  // namespace towline::app::migration
