// A configuration of another program as a neutral tree: YAML and TOML fill the same one. Every value knows its line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.hpp"

namespace towline::app::migration {

struct TreeEntry;

struct Tree {
  enum class Kind : std::uint8_t { null, text, number, boolean, list, map };

  Kind kind = Kind::null;
  std::uint32_t line = 0;          // where it begins, from 1
  std::uint32_t text_line = 0;     // where the first line of a text of several lines stands; 0 if that can't be told
  std::string text;                // text, number, boolean
  std::vector<Tree> items;         // list
  std::vector<TreeEntry> entries;  // map, in the order of the file

  bool is_scalar() const { return kind == Kind::text || kind == Kind::number || kind == Kind::boolean; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  // The value of that key in a map; null when there is none.
  const Tree* find(std::string_view key) const;
};

struct TreeEntry {
  std::string key;
  std::uint32_t line = 0;
  Tree value;
};

enum class Format : std::uint8_t { yaml, toml };

// By the ending: .toml is TOML; .yaml, .yml and .json are YAML. std::nullopt for any other.
std::optional<Format> format_of(std::string_view file);

// std::nullopt after a problem. Variables stay as they are written. An empty document is a null.
std::optional<Tree> read_tree(std::string_view text, Format format, config::Problems& problems);

// Whether it is a number as JSON has them.
bool is_number(std::string_view text);

// The two that read_tree() chooses from.
std::optional<Tree> read_yaml(std::string_view text, config::Problems& problems);
std::optional<Tree> read_toml(std::string_view text, config::Problems& problems);

}  // namespace towline::app::migration
