// The form of a time as a user writes it down: "%d.%m.%Y %H:%M:%S".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "record/calendar.hpp"

namespace towline::record {

// Copyable; constant.
class TimePattern {
 public:
  // %Y %y %m %d %e %j %b %B %h   year, month, day; %e may begin with a space, names are English
  // %a %A                        weekday
  // %H %I %M %S %p               hours, minutes, seconds, AM or PM
  // %f %L                        digits of a fraction of a second, of milliseconds; %.f with its point or without any
  // %z %Z                        Z, +01:00, +0100, UTC and the like, if it is there
  // %s                           seconds since 1970
  // %F %T %R %D                  %Y-%m-%d, %H:%M:%S, %H:%M, %m/%d/%y
  // %% %t %n                     a percent sign, white space
  // Everything else stands for itself, a space for one or more. The error says the column (from 1). A pattern must say
  // the day; the year may be missing.
  static Result<TimePattern> parse(std::string_view text);

  // All of the text must fit; it has no spaces around it.
  Timestamp read(std::string_view text, const TimeContext& context) const;

  const std::string& text() const { return text_; }  // as it was written

 private:
  struct Part {
    char conversion;   // of %d: 'd'; '.' for %.f, ' ' for white space, '\0' for a text
    std::string text;  // that stands there
  };
  class Match;

  bool add_conversion(char letter);
  void add_space();
  bool says(std::string_view letters) const;  // whether one of these conversions is there

  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace towline::record
