#include "app/audit_view.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/printable.hpp"
#include "base/json_string.hpp"
#include "record/time_format.hpp"

namespace towline::app {

namespace {

constexpr std::size_t columns = 6;
constexpr std::size_t count_column = 3;
using Cells = std::array<std::string, columns>;

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

void append_time(std::string& out, std::string_view name, WallTime time) {
  const auto text = record::format_rfc3339(time);
  out += ',';
  append_member(out, name, {text.data(), text.size()});
}

void append_row(std::string& out, const telemetry::Audit::Row& row) {
  out += '{';
  append_member(out, "transform", row.transform);
  out += ',';
  append_member(out, "field", row.field);
  out += ',';
  append_member(out, "detector", row.detector);
  (out += ",\"count\":") += std::to_string(row.count);
  append_time(out, "first", row.first);
  append_time(out, "last", row.last);
  out += '}';
}

bool read_text(const simdjson::dom::element& row, const char* name, std::string& text) {
  std::string_view value;
  if (row[name].get(value) != simdjson::SUCCESS) return false;
  text = value;
  return true;
}

bool read_line(const simdjson::dom::element& row, AuditLine& line) {
  return read_text(row, "transform", line.transform) && read_text(row, "field", line.field) &&
         read_text(row, "detector", line.detector) && row["count"].get(line.count) == simdjson::SUCCESS &&
         read_text(row, "first", line.first) && read_text(row, "last", line.last);
}

// In code points, near enough to what a terminal makes of it.
std::size_t width(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Cells cells_of(const AuditLine& line) {
  return {printable(line.transform),  printable(line.field), printable(line.detector),
          std::to_string(line.count), printable(line.first), printable(line.last)};
}

// Text to the left, the number to the right; nothing behind the last column.
std::string row_of(const Cells& cells, const std::array<std::size_t, columns>& widths) {
  std::string row;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::string blanks(widths[i] - width(cells[i]), ' ');
    row += i == count_column ? blanks + cells[i] : cells[i];
    if (i + 1 == columns) break;
    row += (i == count_column ? "" : blanks) + "  ";
  }
  return row + "\n";
}

}  // namespace

std::string audit_json(const std::vector<telemetry::Audit::Row>& rows) {
  std::string out = "{\"redactions\":[";
  std::string_view separator;
  for (const telemetry::Audit::Row& row : rows) {
    out += std::exchange(separator, ",");
    append_row(out, row);
  }
  out += "]}\n";
  return out;
}

Result<std::vector<AuditLine>> read_audit(std::string_view json) {
  const Error not_an_audit{"the answer is not an audit"};
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  const simdjson::padded_string padded(json);
  if (parser.parse(padded)["redactions"].get(rows) != simdjson::SUCCESS) return not_an_audit;
  std::vector<AuditLine> lines;
  for (const simdjson::dom::element row : rows) {
    if (!read_line(row, lines.emplace_back())) return not_an_audit;
  }
  return lines;
}

std::string audit_table(const std::vector<AuditLine>& lines) {
  std::vector<Cells> rows{{"transform", "field", "detector", "count", "first", "last"}};
  for (const AuditLine& line : lines) rows.push_back(cells_of(line));
  std::array<std::size_t, columns> widths{};
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string table;
  for (const Cells& row : rows) table += row_of(row, widths);
  return table;
}

}  // namespace towline::app
