#include "record/written_time.hpp"

#include "record/time_reader.hpp"

namespace towline::record {

namespace {

WrittenTime result(const TimeReader& reader, const CalendarTime& time, bool read) {
  if (read && !reader.done()) return {{}, TimeError::unknown_form};
  return {time, read ? TimeError::none : reader.error()};
}

// Reads the form with the year first.
class YearFirst {
 public:
  explicit YearFirst(std::string_view text) : reader_(text) {}

  WrittenTime read() {
    const bool read = date_and_clock();
    if (no_such_day_ && read) return {{}, TimeError::no_such_time};
    return result(reader_, time_, read);
  }

 private:
  bool date_and_clock() {
    const std::size_t run = reader_.digits();
    if (run == 14 || run == 17 || run == 20 || run == 23) return compact();
    const bool basic = run == 7 || run == 8;
    if (!basic && run != 4) return false;
    if (!year() || !(basic ? basic_date(run) : date())) return false;
    if (reader_.done()) return run != 7;
    return separator(run == 8) && clock() && reader_.zone(time_);
  }

  bool year() {
    int value = 0;
    if (!reader_.number(value, 4, 4)) return false;
    time_.year = value;
    return true;
  }

  // 20261120, 2026324
  bool basic_date(std::size_t run) {
    if (run == 8) return reader_.number(time_.month, 2, 2) && reader_.number(time_.day, 2, 2);
    int day = 0;
    return reader_.number(day, 3, 3) && ordinal(day);
  }

  // -11-20, /11/20, .11.20, -Nov-20, -324, -W47-5, W475
  bool date() {
    if (reader_.next() == 'W' || reader_.next() == 'w') return week(false);
    const char separator = reader_.take_one_of("-/.");
    if (separator == '\0') return false;
    int day = 0;
    if (separator == '-' && reader_.digits() == 3) return reader_.number(day, 3, 3) && ordinal(day);
    if (reader_.next() == 'W' || reader_.next() == 'w') return separator == '-' && week(true);
    const bool month = reader_.word_is_next() ? reader_.month(time_.month) : reader_.number(time_.month, 1, 2);
    return month && reader_.take(separator) && reader_.number(time_.day, 1, 2);
  }

  bool week(bool dashes) {
    int week = 0;
    int weekday = 0;
    reader_.take_one_of("Ww");
    if (!reader_.number(week, 2, 2) || (dashes && !reader_.take('-')) || !reader_.number(weekday, 1, 1)) return false;
    no_such_day_ = !set_week_day(time_, week, weekday);
    return true;
  }

  bool ordinal(int day) {
    no_such_day_ = !set_ordinal_day(time_, day);
    return true;
  }

  // 20261120120000, with 3, 6 or 9 more digits or a decimal point.
  bool compact() {
    const std::size_t run = reader_.digits();
    if (!year() || !basic_date(8)) return false;
    if (!reader_.number(time_.hour, 2, 2) || !reader_.number(time_.minute, 2, 2) || !reader_.number(time_.second, 2, 2))
      return false;
    const bool point = run == 14 && reader_.take_one_of(".,") != '\0';
    if ((point || run > 14) && !reader_.fraction(time_.nanoseconds)) return false;
    return reader_.zone(time_);
  }

  // T, a comma and spaces, or spaces; a dash behind a date without separators.
  bool separator(bool basic) {
    after_t_ = reader_.take_one_of("Tt") != '\0';
    if (after_t_ || (basic && reader_.take('-'))) return true;
    reader_.take(',');
    return reader_.spaces();
  }

  bool clock() {
    TimeReader ahead = reader_;
    const bool hour_alone = after_t_ && ahead.digits() == 2 && ahead.number(time_.hour, 2, 2) && ahead.next() != ':';
    if (hour_alone) {
      reader_ = ahead;
      return true;
    }
    if (!reader_.clock(time_)) return false;
    reader_.half_of_day(time_);
    return true;
  }

  TimeReader reader_;
  CalendarTime time_;
  bool after_t_ = false;
  bool no_such_day_ = false;
};

bool read_weekday(TimeReader& reader, CalendarTime& time) {
  TimeReader ahead = reader;
  int weekday = 0;
  if (!ahead.weekday(weekday)) return false;
  ahead.take(',');
  if (!ahead.spaces()) return false;
  time.weekday = weekday;
  reader = ahead;
  return true;
}

bool read_year(TimeReader& reader, CalendarTime& time) {
  const std::size_t run = reader.digits();
  int year = 0;
  if ((run != 2 && run != 4) || !reader.number(year, run, run)) return false;
  time.year = run == 2 ? year_of_two_digits(year) : year;
  return true;
}

bool read_clock_and_zone(TimeReader& reader, CalendarTime& time) {
  if (!reader.clock(time)) return false;
  reader.half_of_day(time);
  return reader.zone(time);
}

bool day_first(TimeReader& reader, CalendarTime& time, char separator) {
  if (reader.word_is_next() && !read_weekday(reader, time)) return false;
  if (!reader.number(time.day, 1, 2)) return false;
  char between = reader.take_one_of("-/");
  if (between == '\0' && !reader.spaces()) return false;
  if ((between == '/') != (separator == '/')) return false;
  const auto take_between = [&] { return between == '\0' ? reader.spaces() : reader.take(between); };
  if (!reader.month(time.month) || !take_between()) return false;
  const bool two_digits = reader.digits() == 2;
  if (!read_year(reader, time) || (two_digits && reader.next() == ':')) return false;  // it was the hour
  if (reader.done()) return true;
  const bool joined = reader.take_one_of(":T") != '\0';
  if (!joined) reader.take(',');
  return (joined || reader.spaces()) && read_clock_and_zone(reader, time);
}

// Behind the clock: PM, a zone, a year, in the orders that there are.
bool after_clock(TimeReader& reader, CalendarTime& time) {
  reader.half_of_day(time);
  const auto year = [&] {
    TimeReader ahead = reader;
    if (!ahead.spaces() || ahead.digits() != 4 || !read_year(ahead, time)) return false;
    reader = ahead;
    return true;
  };
  const bool early = year();
  if (!reader.zone(time)) return false;
  if (!early) year();
  return true;
}

bool month_first(TimeReader& reader, CalendarTime& time) {
  read_weekday(reader, time);
  if (!reader.month(time.month) || !reader.spaces() || !reader.number(time.day, 1, 2)) return false;
  const bool comma = reader.take(',');
  if (!reader.spaces()) return false;
  if (reader.digits() != 4) return !comma && reader.clock(time) && after_clock(reader, time);
  if (!read_year(reader, time)) return false;
  if (reader.done()) return true;
  reader.take(',');
  return reader.spaces() && read_clock_and_zone(reader, time);
}

}  // namespace

WrittenTime read_year_first(std::string_view text) {
  return YearFirst(text).read();
}

WrittenTime read_day_first(std::string_view text, char separator) {
  TimeReader reader(text);
  CalendarTime time;
  const bool read = day_first(reader, time, separator);
  return result(reader, time, read);
}

WrittenTime read_month_first(std::string_view text) {
  TimeReader reader(text);
  CalendarTime time;
  const bool read = month_first(reader, time);
  return result(reader, time, read);
}

bool looks_ambiguous(std::string_view text) {
  TimeReader reader(text);
  int part = 0;
  if (!reader.number(part, 1, 2)) return false;
  const char separator = reader.take_one_of("-/.");
  if (separator == '\0' || !reader.number(part, 1, 2) || !reader.take(separator)) return false;
  const std::size_t run = reader.digits();
  return (run == 2 || run == 4) && reader.number(part, run, run) && (reader.done() || !reader.word_is_next());
}

}  // namespace towline::record
