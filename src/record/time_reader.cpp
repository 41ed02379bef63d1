#include "record/time_reader.hpp"

#include <algorithm>
#include <array>

namespace towline::record {

namespace {

constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                  "may",       "june",     "july",     "august",
                                                  "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> weekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};

// The names whose meaning RFC 2822 defines.
struct Zone {
  std::string_view name;
  int hours;
};
constexpr std::array zones{Zone{"utc", 0},  Zone{"gmt", 0},  Zone{"ut", 0},   Zone{"z", 0},
                           Zone{"est", -5}, Zone{"edt", -4}, Zone{"cst", -6}, Zone{"cdt", -5},
                           Zone{"mst", -7}, Zone{"mdt", -6}, Zone{"pst", -8}, Zone{"pdt", -7}};

constexpr std::array<std::string_view, 3> wide_spaces{"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
constexpr std::string_view minus_sign = "\xE2\x88\x92";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool same(std::string_view word, std::string_view lower_case) {
  return std::equal(word.begin(), word.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

// IST is Irish, Indian or Israeli time, and the time of CET depends on the season.
bool looks_like_zone(std::string_view word) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return word.size() >= 2 && word.size() <= 5 && std::ranges::all_of(word, capital);
}

// The place of a word in a list of names.
template <std::size_t n>
bool find_name(std::string_view word, const std::array<std::string_view, n>& names, int& place) {
  const auto found = std::ranges::find_if(
      names, [&](std::string_view name) { return same(word, name) || same(word, name.substr(0, 3)); });
  place = static_cast<int>(found - names.begin());
  return found != names.end();
}

}  // namespace

int year_of_two_digits(int year) {
  return year + (year >= 69 ? 1900 : 2000);
}

std::size_t TimeReader::digits() const {
  return static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_digit) - rest_.begin());
}

bool TimeReader::word_is_next() const {
  return is_letter(next());
}

bool TimeReader::take(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

char TimeReader::take_one_of(std::string_view characters) {
  const char c = next();
  if (c == '\0' || characters.find(c) == std::string_view::npos) return '\0';
  rest_.remove_prefix(1);
  return c;
}

bool TimeReader::take_text(std::string_view text) {
  if (!rest_.starts_with(text)) return false;
  rest_.remove_prefix(text.size());
  return true;
}

std::string_view TimeReader::take_word() {
  const auto size = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_letter) - rest_.begin());
  const std::string_view word = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return word;
}

bool TimeReader::number(int& value, std::size_t digits_min, std::size_t digits_max) {
  const std::size_t count = std::min(digits(), digits_max);
  if (count < digits_min) return false;
  value = 0;
  for (const char c : rest_.substr(0, count)) value = value * 10 + (c - '0');
  rest_.remove_prefix(count);
  return true;
}

void TimeReader::skip_spaces() {
  const auto skip = [this] {
    if (take_one_of(" \t") != '\0') return true;
    return std::ranges::any_of(wide_spaces, [this](std::string_view space) { return take_text(space); });
  };
  while (skip()) continue;
}

bool TimeReader::spaces() {
  const std::size_t before = rest_.size();
  skip_spaces();
  return rest_.size() != before;
}

bool TimeReader::month(int& value) {
  const std::string_view word = take_word();
  int place = 0;
  if (!find_name(same(word, "sept") ? "sep" : word, months, place)) return false;
  value = place + 1;
  return true;
}

bool TimeReader::weekday(int& value) {
  return find_name(take_word(), weekdays, value);
}

bool TimeReader::fraction(std::uint32_t& nanoseconds, std::size_t digits_max) {
  const std::size_t count = digits();
  if (count == 0 || count > digits_max) return false;
  nanoseconds = 0;
  for (std::size_t i = 0; i < 9; ++i)
    nanoseconds = nanoseconds * 10 + static_cast<std::uint32_t>(i < count ? rest_[i] - '0' : 0);
  rest_.remove_prefix(count);
  return true;
}

bool TimeReader::clock(CalendarTime& time) {
  const std::size_t run = digits();
  const bool basic = run == 4 || run == 6;
  if (!number(time.hour, basic ? 2 : 1, 2) || !(basic || take(':')) || !number(time.minute, 2, 2)) return false;
  if (basic ? run == 4 : !take(':')) return true;
  if (!number(time.second, 2, 2)) return false;
  const bool has_fraction = take_one_of(".,") != '\0';
  return !has_fraction || fraction(time.nanoseconds);
}

void TimeReader::half_of_day(CalendarTime& time) {
  TimeReader ahead = *this;
  ahead.skip_spaces();
  const std::string_view word = ahead.take_word();
  const bool afternoon = same(word, "pm");
  if (!afternoon && !same(word, "am")) return;
  const bool possible = time.hour >= 1 && time.hour <= 12;
  time.hour = possible ? time.hour % 12 + (afternoon ? 12 : 0) : -1;
  *this = ahead;
}

bool TimeReader::fail(TimeError error) {
  error_ = error;
  return false;
}

bool TimeReader::take_sign(int& sign) {
  const bool minus = take('-') || take_text(minus_sign);
  sign = minus ? -1 : 1;
  return minus || take('+');
}

bool TimeReader::offset(CalendarTime& time, std::size_t hour_digits_min) {
  int sign = 0;
  int hours = 0;
  int minutes = 0;
  if (!take_sign(sign)) return false;
  const std::size_t run = digits();
  if (run > 4 || run == 3 || !number(hours, hour_digits_min, 2)) return false;
  if ((run == 4 || take(':')) && !number(minutes, 2, 2)) return false;
  if (hours > 23 || minutes > 59) return fail(TimeError::no_such_time);
  time.offset = sign * (hours * 3600 + minutes * 60);
  return true;
}

bool TimeReader::named_zone(CalendarTime& time) {
  const std::string_view word = take_word();
  const auto found = std::ranges::find_if(zones, [&](const Zone& zone) { return same(word, zone.name); });
  if (found == zones.end()) return looks_like_zone(word) && fail(TimeError::ambiguous);
  time.offset = found->hours * 3600;
  const bool shifted = found->hours == 0 && (next() == '+' || next() == '-');
  return !shifted || offset(time, 1);
}

// The offset has said everything; a note only names the place, or Go's monotonic clock. False if there is none.
bool TimeReader::zone_note() {
  TimeReader ahead = *this;
  CalendarTime ignored;
  if (ahead.take('[')) {
    const std::size_t end = ahead.rest_.find(']');
    if (end == std::string_view::npos) return false;
    ahead.rest_.remove_prefix(end + 1);
  } else if (!ahead.spaces()) {
    return false;
  } else if (ahead.next() == '(' && ahead.rest_.back() == ')') {
    ahead.rest_ = {};
  } else if (ahead.take_text("m=")) {
    ahead.rest_.remove_prefix(std::min(ahead.rest_.find_first_not_of("+-.0123456789"), ahead.rest_.size()));
  } else if (ahead.word_is_next()) {
    if (!looks_like_zone(ahead.take_word())) return false;
  } else if (!ahead.offset(ignored, 2)) {
    return false;
  }
  *this = ahead;
  return true;
}

bool TimeReader::zone(CalendarTime& time) {
  TimeReader ahead = *this;
  ahead.skip_spaces();
  const bool named = ahead.word_is_next();
  const bool signed_offset = ahead.next() == '+' || ahead.next() == '-' || ahead.rest_.starts_with(minus_sign);
  if (!named && !signed_offset) return true;
  *this = ahead;
  if (!(named ? named_zone(time) : offset(time, 2))) return false;
  while (zone_note()) continue;
  return true;
}

}  // namespace towline::record
