#include "record/timestamp.hpp"

#include <array>
#include <string>

#include "record/epoch_time.hpp"
#include "record/json_text.hpp"
#include "record/written_time.hpp"

namespace towline::record {

namespace {

std::string_view without_spaces(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string_view bare(std::string_view text) {
  text = without_spaces(text);
  const bool brackets = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  return brackets ? without_spaces(text.substr(1, text.size() - 2)) : text;
}

// A form without a year is not one with, and the other way round.
WrittenTime month_first(std::string_view text, bool with_year) {
  const WrittenTime written = read_month_first(text);
  if (written.error == TimeError::none && written.time.year.has_value() != with_year)
    return {{}, TimeError::unknown_form};
  return written;
}

WrittenTime read_written(std::string_view text, TimeForm form) {
  switch (form) {
    case TimeForm::iso8601:
      return read_year_first(text);
    case TimeForm::rfc2822:
      return read_day_first(text, '\0');
    case TimeForm::clf:
      return read_day_first(text, '/');
    case TimeForm::asctime:
      return month_first(text, true);
    case TimeForm::syslog:
      return month_first(text, false);
    default:
      return {{}, TimeError::unknown_form};
  }
}

Timestamp read(std::string_view text, TimeForm form, const TimeContext& context) {
  switch (form) {
    case TimeForm::epoch:
      return parse_epoch(text);
    case TimeForm::epoch_s:
      return parse_epoch(text, EpochUnit::seconds);
    case TimeForm::epoch_ms:
      return parse_epoch(text, EpochUnit::milliseconds);
    case TimeForm::epoch_us:
      return parse_epoch(text, EpochUnit::microseconds);
    case TimeForm::epoch_ns:
      return parse_epoch(text, EpochUnit::nanoseconds);
    default:
      break;
  }
  const WrittenTime written = read_written(text, form);
  return written.error == TimeError::none ? instant_of(written.time, context) : Timestamp{{}, written.error};
}

Timestamp read(std::string_view text, const TimeFormat& format, const TimeContext& context) {
  if (const TimeForm* form = std::get_if<TimeForm>(&format)) return read(text, *form, context);
  return std::get<TimePattern>(format).read(text, context);
}

}  // namespace

std::span<const TimeFormat> default_time_formats() {
  static const std::array<TimeFormat, 6> formats{TimeForm::iso8601, TimeForm::rfc2822, TimeForm::clf,
                                                 TimeForm::asctime, TimeForm::syslog,  TimeForm::epoch};
  return formats;
}

// Of several reasons the first that says more than "not this form" is the one to give.
Timestamp parse_timestamp(std::string_view text, std::span<const TimeFormat> formats, const TimeContext& context) {
  TimeError error = TimeError::unknown_form;
  if (text.size() > time_bytes_max) return {{}, error};
  text = bare(text);
  for (const TimeFormat& format : formats) {
    const Timestamp timestamp = read(text, format, context);
    if (timestamp.error == TimeError::none) return timestamp;
    if (error == TimeError::unknown_form) error = timestamp.error;
  }
  if (error == TimeError::unknown_form && looks_ambiguous(text)) error = TimeError::ambiguous;
  return {{}, error};
}

Timestamp parse_timestamp(std::string_view json, Type type, std::span<const TimeFormat> formats,
                          const TimeContext& context) {
  if (type == Type::number) return parse_timestamp(json, formats, context);
  if (type != Type::string) return {{}, TimeError::wrong_type};
  const std::string_view inside = json.substr(1, json.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return parse_timestamp(inside, formats, context);
  std::string decoded;
  if (inside.size() > 6 * time_bytes_max || !append_decoded(decoded, inside)) return {{}, TimeError::unknown_form};
  return parse_timestamp(decoded, formats, context);
}

}  // namespace towline::record
