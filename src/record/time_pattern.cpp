#include "record/time_pattern.hpp"

#include <algorithm>
#include <optional>

#include "record/epoch_time.hpp"
#include "record/time_reader.hpp"

namespace towline::record {

namespace {

constexpr std::string_view conversions = "YymdejbBhaAHIMSpfLzZs";

// What some conversions are short for; empty: it isn't one of these.
std::string_view long_form(char letter) {
  switch (letter) {
    case 'F':
      return "Y-m-d";
    case 'T':
      return "H:M:S";
    case 'R':
      return "H:M";
    case 'D':
      return "m/d/y";
    default:
      return {};
  }
}

Error failed(std::size_t at, const std::string& why) {
  return Error{"column " + std::to_string(at + 1) + ": " + why};
}

}  // namespace

// One text against one pattern.
class TimePattern::Match {
 public:
  explicit Match(std::string_view text) : reader_(text) {}

  bool take(const Part& part) {
    if (part.conversion == '\0') return reader_.take_text(part.text);
    if (part.conversion == ' ') return reader_.spaces();
    return take_date(part.conversion) || take_clock(part.conversion);
  }
  bool done() const { return reader_.done(); }
  TimeError error() const { return reader_.error(); }

  Timestamp result(const TimeContext& context) {
    if (epoch_) return instant_at(*epoch_, time_.nanoseconds);
    const bool has_day = ordinal_ == 0 || (time_.year && set_ordinal_day(time_, ordinal_));
    if (!has_day) return {{}, TimeError::no_such_time};
    if (half_of_day_) {
      const bool possible = time_.hour >= 1 && time_.hour <= 12;
      time_.hour = possible ? time_.hour % 12 + (*half_of_day_ ? 12 : 0) : -1;
    }
    return instant_of(time_, context);
  }

 private:
  bool number(int& value, std::size_t digits_max) { return reader_.number(value, 1, digits_max); }

  bool year(std::size_t digits) {
    int value = 0;
    if (!reader_.number(value, digits, digits)) return false;
    time_.year = digits == 2 ? year_of_two_digits(value) : value;
    return true;
  }

  bool weekday() {
    int value = 0;
    if (!reader_.weekday(value)) return false;
    time_.weekday = value;
    return true;
  }

  bool take_date(char conversion) {
    switch (conversion) {
      case 'Y':
        return year(4);
      case 'y':
        return year(2);
      case 'm':
        return number(time_.month, 2);
      case 'e':
        reader_.skip_spaces();
        [[fallthrough]];
      case 'd':
        return number(time_.day, 2);
      case 'j':
        return number(ordinal_, 3) && ordinal_ != 0;
      case 'b':
      case 'B':
      case 'h':
        return reader_.month(time_.month);
      case 'a':
      case 'A':
        return weekday();
      default:
        return false;
    }
  }

  bool take_clock(char conversion) {
    switch (conversion) {
      case 'H':
      case 'I':
        return number(time_.hour, 2);
      case 'M':
        return number(time_.minute, 2);
      case 'S':
        return number(time_.second, 2);
      case 'f':
        return reader_.fraction(time_.nanoseconds);
      case 'L':
        return reader_.fraction(time_.nanoseconds, 3);
      case '.':
        return reader_.take_one_of(".,") == '\0' || reader_.fraction(time_.nanoseconds);
      case 'p':
        return half_of_day();
      case 'z':
      case 'Z':
        return reader_.zone(time_);
      case 's':
        return epoch();
      default:
        return false;
    }
  }

  // AM and PM may stand before the hour.
  bool half_of_day() {
    CalendarTime noon;
    noon.hour = 12;
    const TimeReader before = reader_;
    reader_.half_of_day(noon);
    half_of_day_ = noon.hour == 12;
    return before.size() != reader_.size();
  }

  bool epoch() {
    const bool negative = reader_.take('-');
    std::int64_t value = 0;
    std::size_t count = 0;
    for (int digit = 0; count < 12 && reader_.number(digit, 1, 1); ++count) value = value * 10 + digit;
    epoch_ = negative ? -value : value;
    return count > 0;
  }

  TimeReader reader_;
  CalendarTime time_;
  int ordinal_ = 0;
  std::optional<bool> half_of_day_;  // true: the second
  std::optional<std::int64_t> epoch_;
};

bool TimePattern::add_conversion(char letter) {
  const bool known = conversions.find(letter) != std::string_view::npos;
  if (known) parts_.push_back({letter, {}});
  if (letter == 't' || letter == 'n') add_space();
  for (const char c : long_form(letter)) {
    const bool conversion = c != '-' && c != ':' && c != '/';
    parts_.push_back(conversion ? Part{c, {}} : Part{'\0', std::string(1, c)});
  }
  return known || letter == 't' || letter == 'n' || !long_form(letter).empty();
}

void TimePattern::add_space() {
  if (parts_.empty() || parts_.back().conversion != ' ') parts_.push_back({' ', {}});
}

bool TimePattern::says(std::string_view letters) const {
  return std::ranges::any_of(parts_, [&](const Part& part) {
    return part.conversion != '\0' && letters.find(part.conversion) != std::string_view::npos;
  });
}

Result<TimePattern> TimePattern::parse(std::string_view text) {
  TimePattern pattern;
  pattern.text_ = text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("%.f")) {
      pattern.parts_.push_back({'.', {}});
      at += 2;
    } else if (c == '%' && !rest.starts_with("%%")) {
      if (rest.size() == 1) return failed(at, "a letter is missing after `%`");
      if (!pattern.add_conversion(text[++at]))
        return failed(at - 1, "`%" + std::string(1, text[at]) + "` is not known");
    } else if (c == ' ') {
      pattern.add_space();
    } else {
      pattern.parts_.push_back({'\0', std::string(1, c)});
      if (c == '%') ++at;
    }
  }
  const bool date = pattern.says("mbBh") && pattern.says("de");
  const bool ordinal = pattern.says("j") && pattern.says("Yy");
  if (date || ordinal || pattern.says("s")) return pattern;
  return failed(0, "a day is missing: write `%m` and `%d`, `%Y` and `%j`, or `%s`");
}

Timestamp TimePattern::read(std::string_view text, const TimeContext& context) const {
  Match match(text);
  for (const Part& part : parts_) {
    if (!match.take(part)) return {{}, match.error()};
  }
  return match.done() ? match.result(context) : Timestamp{{}, TimeError::unknown_form};
}

}  // namespace towline::record
