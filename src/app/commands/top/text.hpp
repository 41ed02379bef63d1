// Lines for a terminal: texts with a style in a table that fits a width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace towline::app::top {

enum class Style : std::uint8_t { plain, faint, title, good, warn, bad };

// `text` holds nothing that could steer a terminal.
struct Text {
  std::string text;
  Style style = Style::plain;
};

enum class Colour : std::uint8_t { off, on };

// As it is written to a terminal: with SGR sequences around what isn't plain, if colour is on.
std::string painted(const Text& text, Colour colour);

// In code points, near enough to what a terminal makes of it.
std::size_t width_of(std::string_view utf8);

// At most `width` wide; what is cut ends in "…".
std::string cut(std::string_view utf8, std::size_t width);

struct Column {
  std::string_view title;
  bool is_number = false;  // right-aligned
  int leaves = 0;          // where there is no room: the column with the highest number leaves first; 0 never
};

struct Table {
  std::vector<Column> columns;
  // As many cells as columns, and a note below them, which may be empty.
  struct Row {
    std::vector<Text> cells;
    Text note = {};
  };
  std::vector<Row> rows;
};

// No line is wider than `width` (at least 1). Columns leave first; then the first one is cut; then the whole line.
std::vector<std::string> lines_of(const Table& table, std::size_t width, Colour colour);

// One after the other with two blanks between them, on as many lines as they need.
std::vector<std::string> flow(const std::vector<Text>& texts, std::size_t width, Colour colour);

}  // namespace towline::app::top
