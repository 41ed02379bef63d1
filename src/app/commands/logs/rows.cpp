// The answer of a query.
#include <algorithm>

#include "app/commands/logs/render.hpp"
#include "app/printable.hpp"
#include "base/json_string.hpp"

namespace towline::app::logs {

namespace {

using Names = std::vector<std::string>;

// In the order in which they come first.
Names names_of(const std::vector<Row>& rows) {
  Names names;
  for (const Row& row : rows) {
    for (const auto& [name, value] : row) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::string value_of(const Row& row, const std::string& name) {
  const auto found = std::find_if(row.begin(), row.end(), [&](const auto& field) { return field.first == name; });
  return found == row.end() ? std::string() : found->second;
}

std::string as_ndjson(const std::vector<Row>& rows, bool to_terminal) {
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (const auto& [name, value] : row) {
      line += line.empty() ? '{' : ',';
      append_json_string(line, name);
      line += ':';
      append_json_string(line, value);
    }
    line += line.empty() ? "{}" : "}";
    out += (to_terminal ? printable(line) : line) + '\n';
  }
  return out;
}

std::string as_markdown(const std::vector<Row>& rows, const Names& names) {
  if (names.empty()) return {};
  std::string out = "|";
  std::string ruler = "|";
  for (const std::string& name : names) {
    out += " " + markdown_cell(name) + " |";
    ruler += "---|";
  }
  out += '\n' + ruler + '\n';
  for (const Row& row : rows) {
    out += '|';
    for (const std::string& name : names) out += " " + markdown_cell(value_of(row, name)) + " |";
    out += '\n';
  }
  return out;
}

using Table = std::vector<std::vector<std::string>>;

Table table_of(const std::vector<Row>& rows, const Names& names) {
  Table table{{}};
  for (const std::string& name : names) table.front().push_back(printable(name));
  for (const Row& row : rows) {
    table.emplace_back();
    for (const std::string& name : names) table.back().push_back(printable(value_of(row, name)));
  }
  return table;
}

std::string as_columns(const std::vector<Row>& rows, const Names& names) {
  const Table table = table_of(rows, names);
  std::vector<std::size_t> widths(names.size());
  for (const auto& cells : table) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string out;
  for (const auto& cells : table) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out += cells[i];
      if (i + 1 < cells.size()) out.append(widths[i] - cells[i].size() + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::string render_rows(const std::vector<Row>& rows, const RenderOptions& options) {
  if (rows.empty()) return {};
  switch (options.form) {
    case Form::ndjson:
      return as_ndjson(rows, options.to_terminal);
    case Form::markdown:
      return as_markdown(rows, names_of(rows));
    case Form::columns:
      return as_columns(rows, names_of(rows));
  }
  return {};
}

}  // namespace towline::app::logs
