// Events as people and programs want them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/commands/logs/event.hpp"
#include "app/commands/logs/pattern.hpp"
#include "record/record.hpp"

namespace towline::app::logs {

enum class Form : unsigned char {
  columns,   // for a terminal: what could steer it is replaced
  ndjson,    // the records as they are, one a line
  markdown,  // a table
};

struct RenderOptions {
  Form form = Form::ndjson;
  bool colour = false;       // columns only
  bool to_terminal = false;  // NDJSON, too, must not steer one
};

// Renders one event after the other. One thread at a time.
class Renderer {
 public:
  Renderer(RenderOptions options, Fields fields) : options_(options), fields_(std::move(fields)) {}

  // What stands above the first event; empty but for Markdown.
  std::string head() const;
  // Makes the columns as wide as these need, within bounds.
  void fit(std::span<const Event> events);
  // With the line end.
  std::string line(const Event& event);

 private:
  struct Cells {
    std::string level;
    std::string category;
    std::string message;
    std::string rest;
  };
  Cells cells_of(const Event& event);
  std::string columns(const Event& event);
  std::string markdown(const Event& event);
  std::string ndjson(const Event& event);

  RenderOptions options_;
  Fields fields_;
  std::size_t level_width_ = 5;
  std::size_t category_width_ = 8;
  record::Record record_;
  std::string text_;  // of the event, with the padding that a record wants
};

// The rows of a query's answer: each a list of names and values.
using Row = std::vector<std::pair<std::string, std::string>>;
std::string render_rows(const std::vector<Row>& rows, const RenderOptions& options);

// "2026-11-20 17:05:42.123Z"
std::string shown_time(WallTime time);

// A cell of a Markdown table: nothing in it is taken for markup.
std::string markdown_cell(std::string_view text);

}  // namespace towline::app::logs
