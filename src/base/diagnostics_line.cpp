#include "base/diagnostics_line.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <utility>

#include "base/json_string.hpp"

namespace towline::diagnostics {

namespace {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return "debug";
    case Severity::info:
      return "info";
    case Severity::warn:
      return "warn";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string_view severity_colour(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return "\x1b[2m";
    case Severity::info:
      return "\x1b[32m";
    case Severity::warn:
      return "\x1b[33m";
    case Severity::error:
      return "\x1b[31m";
  }
  return "";
}

// RFC 3339 with milliseconds, UTC.
void append_time(std::string& out, WallTime time) {
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::time_t calendar = static_cast<std::time_t>(seconds.count());
  std::tm utc{};
  gmtime_r(&calendar, &utc);
  std::array<char, 80> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                                   utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                                   static_cast<int>((since_epoch - seconds).count()));
  out.append(text.data(), static_cast<std::size_t>(length));
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  out.append(text.data(), end.ptr);
}

// `text`, or its first value_bytes_max bytes, cut between two characters, and "…".
std::string shortened(std::string_view text) {
  if (text.size() <= value_bytes_max) return std::string(text);
  std::size_t cut = value_bytes_max;
  while (cut > value_bytes_max - 4 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
  return std::string(text.substr(0, cut)) + "…";
}

bool is_bare(std::string_view text) {
  const auto plain = [](char c) { return c > ' ' && c < '\x7F' && c != '"' && c != '=' && c != '\\'; };
  for (const char c : text) {
    if (!plain(c)) return false;
  }
  return !text.empty();
}

void append_text(std::string& out, std::string_view text) {
  if (text.size() <= value_bytes_max && is_bare(text))
    out += text;
  else
    append_json_string(out, shortened(text));
}

struct AppendText {
  std::string& out;
  void operator()(std::string_view text) const { append_text(out, text); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  template <class Number>
  void operator()(Number number) const {
    append_number(out, number);
  }
};

struct AppendJson {
  std::string& out;
  void operator()(std::string_view text) const { append_json_string(out, shortened(text)); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(double number) const {
    if (std::isfinite(number))
      append_number(out, number);
    else
      out += "null";
  }
  template <class Number>
  void operator()(Number number) const {
    append_number(out, number);
  }
};

void append_text_field(std::string& out, const Field& field) {
  out += ' ';
  out += field.key;
  out += '=';
  std::visit(AppendText{out}, field.value);
}

void append_json_field(std::string& out, const Field& field) {
  out += ',';
  append_json_string(out, field.key);
  out += ':';
  std::visit(AppendJson{out}, field.value);
}

// Appends every field that fits, and what was left out since the last line; `ending` closes the line.
template <class Append>
void append_fields(std::string& out, const Event& event, Append append, std::string_view ending) {
  const auto append_if_fits = [&](const Field& field) {
    const std::size_t before = out.size();
    append(out, field);
    if (out.size() + ending.size() > line_bytes_max) out.resize(before);
  };
  if (event.suppressed > 0) append_if_fits(Field("suppressed", event.suppressed));
  if (event.lost > 0) append_if_fits(Field("lost_lines", event.lost));
  for (const Field& field : event.fields) append_if_fits(field);
  out += ending;
}

}  // namespace

std::string text_line(const Event& event, bool colour) {
  std::string line;
  append_time(line, event.time);
  line += ' ';
  if (colour) line += severity_colour(event.severity);
  line += "level=";
  line += severity_name(event.severity);
  if (colour) line += "\x1b[0m";
  append_text_field(line, Field("event", event.name));
  append_text_field(line, Field("message", event.message));
  append_fields(line, event, append_text_field, "\n");
  return line;
}

std::string json_line(const Event& event) {
  std::string line = "{\"time\":\"";
  append_time(line, event.time);
  line += '"';
  append_json_field(line, Field("level", severity_name(event.severity)));
  append_json_field(line, Field("event", event.name));
  append_json_field(line, Field("message", event.message));
  append_fields(line, event, append_json_field, "}\n");
  return line;
}

std::optional<std::uint64_t> EventLimit::admit(std::string_view event, MonoTime now) {
  Window& current = window_of(event, now);
  if (now - current.start >= window) {
    current.start = now;
    current.lines = 0;
  }
  if (current.lines == burst) {
    ++current.suppressed;
    return std::nullopt;
  }
  ++current.lines;
  return std::exchange(current.suppressed, 0);
}

EventLimit::Window& EventLimit::window_of(std::string_view event, MonoTime now) {
  static constexpr std::string_view shared = "other";
  const std::string_view name = windows_.contains(event) || windows_.size() < events_max ? event : shared;
  const auto found = windows_.find(name);
  if (found != windows_.end()) return found->second;
  return windows_.emplace(name, Window{now}).first->second;
}

}  // namespace towline::diagnostics
