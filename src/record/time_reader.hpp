// Reads the parts that written times are made of, one after the other, off the front of a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "record/calendar.hpp"

namespace towline::record {

// Each function that returns a bool takes what it is about, or returns false; then the text is no time that it knows.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  std::size_t size() const { return rest_.size(); }  // what is left
  char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::size_t digits() const;  // how many stand next
  bool word_is_next() const;   // a letter of ASCII

  bool take(char c);
  char take_one_of(std::string_view characters);  // '\0': none of them is next
  bool take_text(std::string_view text);
  bool number(int& value, std::size_t digits_min, std::size_t digits_max);
  void skip_spaces();  // also the narrow and the fixed ones that some locales put before AM and PM
  bool spaces();       // one or more

  // In English, with three letters or whole; the case doesn't matter.
  bool month(int& value);
  bool weekday(int& value);

  // Digits behind a decimal point; what is beyond nanoseconds is cut.
  bool fraction(std::uint32_t& nanoseconds, std::size_t digits_max = 64);
  // 12:00, 12:00:00, 12:00:00.123 or with a comma, 1200, 120000.123; an hour may have one digit before a colon.
  bool clock(CalendarTime& time);
  // AM or PM, if it is there.
  void half_of_day(CalendarTime& time);
  // Z, +01:00, +0100, +01, UTC, GMT+0100, EST and the others that RFC 2822 defines, if there is one, with what some
  // languages write behind it: [Europe/Paris], (Central European Time), CET, m=+0.012.
  bool zone(CalendarTime& time);

  // What a failure means.
  TimeError error() const { return error_; }

 private:
  std::string_view take_word();
  bool fail(TimeError error);
  bool offset(CalendarTime& time, std::size_t hour_digits_min);
  bool named_zone(CalendarTime& time);
  bool take_sign(int& sign);
  bool zone_note();

  std::string_view rest_;
  TimeError error_ = TimeError::unknown_form;
};

// The year that two digits mean: 69 to 99 are of the twentieth century, as for POSIX.
int year_of_two_digits(int year);

}  // namespace towline::record
