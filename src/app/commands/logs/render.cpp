#include "app/commands/logs/render.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "app/commands/logs/local.hpp"
#include "app/printable.hpp"
#include "base/json_string.hpp"
#include "record/json_text.hpp"
#include "record/time_format.hpp"
#include "transforms/level_names.hpp"

namespace towline::app::logs {

namespace {

constexpr std::size_t level_width_max = 8;
constexpr std::size_t category_width_max = 16;
constexpr std::string_view faint = "2";
constexpr std::string_view markdown_head = "| time | level | category | message | rest |\n|---|---|---|---|---|\n";

std::string painted(std::string_view colour, const std::string& text, bool on) {
  if (!on || colour.empty() || text.empty()) return text;
  return "\x1B[" + std::string(colour) + "m" + text + "\x1B[0m";
}

std::string_view colour_of(std::string_view level_name) {
  const std::optional<transforms::Level> level = transforms::level_of_name(level_name);
  if (!level) return {};
  switch (*level) {
    case transforms::Level::fatal:
    case transforms::Level::error:
      return "31";
    case transforms::Level::warn:
      return "33";
    case transforms::Level::info:
      return "32";
    default:
      return faint;
  }
}

// In code points.
std::size_t width(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t to) {
  const std::size_t has = width(text);
  return has < to ? text.append(to - has, ' ') : text;
}

std::string decoded(const record::Record& record, record::NodeId id) {
  const std::string_view json = record.value(id);
  if (record.type(id) != record::Type::string) return std::string(json);
  std::string text;
  static_cast<void>(record::append_decoded(text, json.substr(1, json.size() - 2)));
  return text;
}

std::optional<record::NodeId> first_at(const record::Record& record, const record::Path& path) {
  std::optional<record::NodeId> first;
  record.each(path, [&](record::NodeId id) { first = first.value_or(id); });
  return first;
}

// Takes the value out of the record, so that it doesn't stand in the rest again.
std::string take(record::Record& record, const record::Path& path) {
  const std::optional<record::NodeId> id = first_at(record, path);
  if (!id) return {};
  std::string text = decoded(record, *id);
  if (!record.in_array(*id)) record.remove(*id);
  return text;
}

// What a person would write without quotes.
bool is_plain(std::string_view json_string) {
  return json_string.size() > 2 && json_string.find_first_of(" \\=,") == std::string_view::npos;
}

// key=value for each member.
std::string rest_of(const record::Record& record) {
  std::string rest;
  for (record::NodeId id = record.first_child(record::Record::root); id != record::no_node;
       id = record.next_sibling(id)) {
    std::string value;
    record.write(value, id);
    if (record.type(id) == record::Type::string && is_plain(value)) value = value.substr(1, value.size() - 2);
    (((rest += rest.empty() ? "" : " ") += record.key(id)) += '=') += value;
  }
  return rest;
}

// JSON has line ends only where a space would do.
std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return text;
}

std::string one_line_object(const Event& event, const record::Path& time, const record::Path& message) {
  const record::TimeText when = record::format_rfc3339_short(event.time);
  std::string out = "{";
  append_json_string(out, time.segments().front().text);
  out += ':';
  append_json_string(out, when.view());
  out += ',';
  append_json_string(out, message.segments().front().text);
  out += ':';
  append_json_string(out, event.text);
  return out + "}";
}

}  // namespace

std::string shown_time(WallTime time) {
  const std::array<char, record::rfc3339_size> text = record::format_rfc3339(time);
  std::string shown(text.data(), 23);
  shown[10] = ' ';
  return shown + 'Z';
}

std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
      continue;
    }
    if (std::string_view("\\`*_{}[]|~#!").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string Renderer::head() const {
  return std::string(options_.form == Form::markdown ? markdown_head : std::string_view());
}

void Renderer::fit(std::span<const Event> events) {
  if (options_.form != Form::columns || events.empty()) return;
  std::size_t level = 0;
  std::size_t category = 0;
  for (const Event& event : events) {
    const Cells cells = cells_of(event);
    level = std::max(level, width(cells.level));
    category = std::max(category, width(cells.category));
  }
  level_width_ = std::min(level, level_width_max);
  category_width_ = std::min(category, category_width_max);
}

std::string Renderer::line(const Event& event) {
  switch (options_.form) {
    case Form::columns:
      return columns(event);
    case Form::markdown:
      return markdown(event);
    case Form::ndjson:
      return ndjson(event);
  }
  return {};
}

Renderer::Cells Renderer::cells_of(const Event& event) {
  text_.assign(event.text);
  text_.append(record::padding, '\0');
  const std::string_view json = std::string_view(text_).substr(0, event.text.size());
  if (record_.parse(json, event.time) != record::ParseError::none) return {{}, {}, printable(event.text), {}};
  Cells cells;
  cells.level = printable(take(record_, fields_.level));
  cells.category = printable(take(record_, fields_.category));
  cells.message = printable(take(record_, fields_.message));
  take(record_, fields_.time);
  cells.rest = printable(rest_of(record_));
  return cells;
}

std::string Renderer::columns(const Event& event) {
  const Cells cells = cells_of(event);
  std::string out = painted(faint, shown_time(event.time), options_.colour);
  if (level_width_ > 0)
    out += "  " + painted(colour_of(cells.level), padded(cells.level, level_width_), options_.colour);
  if (category_width_ > 0) out += "  " + padded(cells.category, category_width_);
  if (!cells.message.empty()) out += "  " + cells.message;
  if (!cells.rest.empty()) out += "  " + painted(faint, cells.rest, options_.colour);
  return out + '\n';
}

std::string Renderer::markdown(const Event& event) {
  const Cells cells = cells_of(event);
  std::string out = "| " + shown_time(event.time);
  for (const std::string* cell : {&cells.level, &cells.category, &cells.message, &cells.rest})
    out += " | " + markdown_cell(*cell);
  return out + " |\n";
}

// A line that isn't a record becomes one.
std::string Renderer::ndjson(const Event& event) {
  text_.assign(event.text);
  text_.append(record::padding, '\0');
  const std::string_view json = std::string_view(text_).substr(0, event.text.size());
  const bool is_record = record_.parse(json, event.time) == record::ParseError::none;
  std::string out = is_record ? on_one_line(event.text) : one_line_object(event, fields_.time, fields_.message);
  return (options_.to_terminal ? printable(out) : out) + '\n';
}

}  // namespace towline::app::logs
