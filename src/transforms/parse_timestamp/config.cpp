#include "transforms/parse_timestamp/config.hpp"

#include <algorithm>
#include <array>

#include "config/types.hpp"
#include "record/time_reader.hpp"

namespace towline::parse_timestamp {

namespace {

using record::TimeForm;

constexpr std::size_t formats_max = 32;
constexpr std::size_t pattern_bytes_max = 256;

struct FormName {
  TimeForm form;
  std::string_view name;
  std::string_view description;
};
constexpr std::array form_names{
    FormName{TimeForm::iso8601, "iso8601", "The year first: RFC 3339, ISO 8601, Python, Go, Java."},
    FormName{TimeForm::rfc2822, "rfc2822", "The day and the name of the month: mail, HTTP."},
    FormName{TimeForm::clf, "clf", "The access logs of Apache and nginx."},
    FormName{TimeForm::asctime, "asctime", "The name of the month first, with a year: C, Java, JavaScript."},
    FormName{TimeForm::syslog, "syslog", "The same without a year; it is the nearest one."},
    FormName{TimeForm::epoch, "epoch", "A number since 1970 whose size tells the unit."},
    FormName{TimeForm::epoch_s, "epoch_s", "Seconds."},
    FormName{TimeForm::epoch_ms, "epoch_ms", "Milliseconds."},
    FormName{TimeForm::epoch_us, "epoch_us", "Microseconds."},
    FormName{TimeForm::epoch_ns, "epoch_ns", "Nanoseconds."}};

std::string shown(const record::TimeFormat& format) {
  const TimeForm* form = std::get_if<TimeForm>(&format);
  if (form == nullptr) return std::get<record::TimePattern>(format).text();
  return std::string(std::ranges::find(form_names, *form, &FormName::form)->name);
}

std::optional<record::TimeFormat> parse_format(const config::Node& node, config::Problems& problems) {
  if (!config::expect_scalar(node, "a form or a pattern", problems)) return std::nullopt;
  if (node.text.find('%') == std::string::npos) {
    std::vector<std::string> names;
    for (const FormName& form : form_names) names.emplace_back(form.name);
    const std::optional<std::size_t> index = config::parse_choice(node, names, problems);
    return index ? std::optional<record::TimeFormat>(form_names[*index].form) : std::nullopt;
  }
  if (node.text.size() > pattern_bytes_max) {
    problems.add(node.mark, "a pattern has at most " + std::to_string(pattern_bytes_max) + " bytes");
    return std::nullopt;
  }
  const Result<record::TimePattern> pattern = record::TimePattern::parse(node.text);
  if (pattern) return record::TimeFormat(*pattern);
  problems.add(node.mark, "not a pattern for times: " + pattern.error().message,
               "write it as in \"%d.%m.%Y %H:%M:%S\"");
  return std::nullopt;
}

}  // namespace

TimeFormats::TimeFormats() : list(record::default_time_formats().begin(), record::default_time_formats().end()) {}

const config::Schema<ParseTimestampConfig>& parse_timestamp_schema() {
  static const config::Schema<ParseTimestampConfig> schema(
      "parse_timestamp", "Reads the time of a record, in any of many forms.",
      config::field("field", &ParseTimestampConfig::field, "The path of the text or number that holds the time."),
      config::field("target", &ParseTimestampConfig::target,
                    "The path that the time is written to, as RFC 3339 in UTC, to the nanosecond."),
      config::field("formats", &ParseTimestampConfig::formats,
                    "The forms to read, tried in their order: names, and patterns such as \"%d.%m.%Y %H:%M:%S\"."),
      config::field("zone", &ParseTimestampConfig::zone,
                    "What a time without a zone is in: `UTC` or an offset from it, such as +01:00."),
      config::field("past", &ParseTimestampConfig::past,
                    "A time so long before the record was received isn't believed; `off`: any is."),
      config::field("future", &ParseTimestampConfig::future,
                    "A time so long after the record was received isn't believed; `off`: any is."),
      config::field("keep_original", &ParseTimestampConfig::keep_original,
                    "The field stays in the record, besides the target."),
      config::check([](const ParseTimestampConfig& config) {
        return transforms::check_kept(config.field, config.target, config.keep_original);
      }));
  return schema;
}

}  // namespace towline::parse_timestamp

namespace towline::config {

using parse_timestamp::TimeFormats;
using parse_timestamp::Zone;

std::optional<TimeFormats> Value<TimeFormats>::parse(const Node& node, Problems& problems) {
  if (!expect_sequence(node, "a list of forms", problems)) return std::nullopt;
  if (node.items.empty() || node.items.size() > parse_timestamp::formats_max) {
    problems.add(node.mark, "must be 1 to " + std::to_string(parse_timestamp::formats_max) + " forms");
    return std::nullopt;
  }
  const std::size_t before = problems.count();
  TimeFormats formats;
  formats.list.clear();
  for (const Node& item : node.items) {
    std::optional<record::TimeFormat> format = parse_timestamp::parse_format(item, problems);
    if (format) formats.list.push_back(std::move(*format));
  }
  if (problems.count() != before) return std::nullopt;
  return formats;
}

std::string Value<TimeFormats>::print(const TimeFormats& formats) {
  std::vector<std::string> names;
  for (const record::TimeFormat& format : formats.list) names.push_back(parse_timestamp::shown(format));
  return Value<std::vector<std::string>>::print(names);
}

ValueInfo Value<TimeFormats>::info() {
  ValueInfo info = list_info(Value<std::string>::info());
  for (const parse_timestamp::FormName& form : parse_timestamp::form_names)
    info.choices.emplace_back(form.name, form.description);
  return info;
}

std::optional<Zone> Value<Zone>::parse(const Node& node, Problems& problems) {
  if (!expect_scalar(node, "an offset from UTC", problems)) return std::nullopt;
  record::TimeReader reader(node.text);
  record::CalendarTime time;
  if (reader.zone(time) && reader.done() && time.offset) return Zone{std::chrono::seconds(*time.offset), node.text};
  problems.add(node.mark, "expected `UTC` or an offset from it, not " + node.shown(),
               "write +01:00; names of places have no fixed offset");
  return std::nullopt;
}

ValueInfo Value<Zone>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "offset";
  return info;
}

}  // namespace towline::config
