#include "app/commands/top/text.hpp"

#include <algorithm>
#include <numeric>

namespace towline::app::top {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t first_column_min = 8;
constexpr std::string_view note_indent = "  ";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::string_view sgr(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::faint:
      return "\x1b[2m";
    case Style::title:
      return "\x1b[1m";
    case Style::good:
      return "\x1b[32m";
    case Style::warn:
      return "\x1b[33m";
    case Style::bad:
      return "\x1b[31m";
  }
  return "";
}

// A table while it is fitted: the columns that stay, and their widths.
class Layout {
 public:
  Layout(const Table& table, std::size_t width) : table_(table), width_(width) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      kept_.push_back(i);
      widths_.push_back(width_of(table.columns[i].title));
      for (const Table::Row& row : table.rows) widths_[i] = std::max(widths_[i], width_of(row.cells[i].text));
    }
    while (total() > width_ && drop_one()) {
    }
    const std::size_t over = total() > width_ ? total() - width_ : 0;
    std::size_t& first = widths_[kept_.front()];
    if (over > 0) first = std::max(std::min(first, first_column_min), first - std::min(first, over));
  }

  std::string line(const std::vector<Text>& cells, Colour colour) const {
    std::string line;
    std::size_t left = width_;
    for (const std::size_t i : kept_) {
      std::size_t between = i == kept_.front() ? 0 : gap;
      if (left <= between) break;
      const std::string text = cut(cells[i].text, std::min(widths_[i], left - between));
      const std::size_t blanks = std::min(left - between, widths_[i]) - width_of(text);
      if (table_.columns[i].is_number) between += blanks;
      line += std::string(between, ' ') + painted({text, cells[i].style}, colour);
      left -= std::min(left, between + width_of(text));
      if (table_.columns[i].is_number || i == kept_.back()) continue;
      line += std::string(blanks, ' ');
      left -= std::min(left, blanks);
    }
    return line.substr(0, line.find_last_not_of(' ') + 1);
  }

 private:
  std::size_t total() const {
    return std::accumulate(kept_.begin(), kept_.end(), gap * (kept_.size() - 1),
                           [this](std::size_t sum, std::size_t i) { return sum + widths_[i]; });
  }

  bool drop_one() {
    const auto leaves = [this](std::size_t i) { return table_.columns[i].leaves; };
    const auto next = std::ranges::max_element(kept_, {}, leaves);
    if (leaves(*next) == 0) return false;
    kept_.erase(next);
    return true;
  }

  const Table& table_;
  std::size_t width_;
  std::vector<std::size_t> kept_;
  std::vector<std::size_t> widths_;
};

}  // namespace

std::string painted(const Text& text, Colour colour) {
  if (colour == Colour::off || text.style == Style::plain || text.text.empty()) return text.text;
  std::string painted(sgr(text.style));
  return painted.append(text.text).append("\x1b[0m");
}

std::size_t width_of(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return !is_continuation(c); }));
}

std::string cut(std::string_view utf8, std::size_t width) {
  if (width_of(utf8) <= width) return std::string(utf8);
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t seen = 0; end < utf8.size(); ++end) {
    if (!is_continuation(utf8[end]) && ++seen == width) break;
  }
  return std::string(utf8.substr(0, end)) + "…";
}

std::vector<std::string> lines_of(const Table& table, std::size_t width, Colour colour) {
  const Layout layout(table, width);
  std::vector<Text> titles;
  for (const Column& column : table.columns) titles.push_back({std::string(column.title), Style::faint});
  std::vector<std::string> lines{layout.line(titles, colour)};
  for (const Table::Row& row : table.rows) {
    lines.push_back(layout.line(row.cells, colour));
    if (row.note.text.empty()) continue;
    lines.push_back(painted({cut(std::string(note_indent) + row.note.text, width), row.note.style}, colour));
  }
  return lines;
}

std::vector<std::string> flow(const std::vector<Text>& texts, std::size_t width, Colour colour) {
  std::vector<std::string> lines;
  std::size_t used = 0;
  for (const Text& text : texts) {
    const std::string shown = cut(text.text, width);
    const std::size_t needed = width_of(shown);
    if (lines.empty() || used + gap + needed > width) {
      lines.emplace_back();
      used = 0;
    } else {
      lines.back() += std::string(gap, ' ');
      used += gap;
    }
    lines.back() += painted({shown, text.style}, colour);
    used += needed;
  }
  return lines;
}

}  // namespace towline::app::top
