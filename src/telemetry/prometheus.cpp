#include "telemetry/prometheus.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json_string.hpp"
#include "base/version.hpp"
#include "telemetry/process_stats.hpp"

namespace towline::telemetry {

namespace {

enum class Quotes : std::uint8_t { as_they_are, escaped };

// Label values and the help of users' metrics may hold any text: the format asks for valid UTF-8 and escapes
// backslashes, line breaks and, in label values, quotes.
void append_escaped(std::string& out, std::string_view value, Quotes quotes) {
  while (!value.empty()) {
    const std::size_t length = utf8_sequence_length(value);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (value[0] == '\\')
      out += "\\\\";
    else if (value[0] == '"' && quotes == Quotes::escaped)
      out += "\\\"";
    else if (value[0] == '\n')
      out += "\\n";
    else
      out += value.substr(0, length);
    value.remove_prefix(length == 0 ? 1 : length);
  }
}

template <class Number>
void append_value(std::string& out, Number value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out += ' ';
  out.append(digits.data(), end.ptr);
  out += '\n';
}

std::string_view to_string(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return "counter";
    case MetricKind::gauge:
      return "gauge";
    case MetricKind::histogram:
      break;
  }
  return "histogram";
}

}  // namespace

void PrometheusText::family(std::string_view name, MetricKind kind, std::string_view help) {
  ((text_ += "# HELP ") += name) += ' ';
  append_escaped(text_, help, Quotes::as_they_are);
  (((text_ += "\n# TYPE ") += name) += ' ') += to_string(kind);
  text_ += '\n';
}

void PrometheusText::sample(std::string_view name, std::string_view labels, std::span<const std::string> values,
                            std::uint64_t value) {
  series(name, labels, values);
  append_value(text_, value);
}

void PrometheusText::sample(std::string_view name, std::string_view labels, std::span<const std::string> values,
                            double value) {
  series(name, labels, values);
  append_value(text_, value);
}

void PrometheusText::series(std::string_view name, std::string_view labels, std::span<const std::string> values) {
  text_ += name;
  if (values.empty()) return;
  char separator = '{';
  for (const std::string& value : values) {
    const std::string_view label = labels.substr(0, labels.find(','));
    labels.remove_prefix(std::min(label.size() + 1, labels.size()));
    text_ += separator;
    (text_ += label) += "=\"";
    append_escaped(text_, value, Quotes::escaped);
    text_ += '"';
    separator = ',';
  }
  text_ += '}';
}

void append_process_metrics(PrometheusText& text, WallTime started) {
  const ProcessStats stats = read_process_stats();
  const std::chrono::duration<double> start_time = started.time_since_epoch();
  const auto plain = [&](std::string_view name, MetricKind kind, std::string_view help, auto value) {
    text.family(name, kind, help);
    text.sample(name, "", {}, value);
  };
  plain("process_resident_memory_bytes", MetricKind::gauge, "Resident memory size.", stats.resident_bytes);
  plain("process_cpu_seconds_total", MetricKind::counter, "User and system CPU time spent.", stats.cpu_seconds);
  plain("process_start_time_seconds", MetricKind::gauge, "Start time of the process since the epoch.",
        start_time.count());
  plain("process_open_fds", MetricKind::gauge, "Open file descriptors.", stats.open_fds);

  const std::array<std::string, 1> version_value{std::string(version())};
  text.family("towline_build_info", MetricKind::gauge, "1, with the version of towline.");
  text.sample("towline_build_info", "version", version_value, std::uint64_t{1});
}

}  // namespace towline::telemetry
