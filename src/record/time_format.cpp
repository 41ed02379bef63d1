#include "record/time_format.hpp"

#include <chrono>

namespace towline::record {

namespace {

void put_digits(char* at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::array<char, rfc3339_size> format_rfc3339(WallTime time) {
  using std::chrono::days;
  using std::chrono::floor;
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto in_day = static_cast<std::uint64_t>((time - day).count());  // ns
  const auto seconds = static_cast<unsigned>(in_day / 1'000'000'000);

  std::array<char, rfc3339_size> text{"0000-00-00T00:00:00.00000000"};
  put_digits(&text[0], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&text[5], static_cast<unsigned>(date.month()), 2);
  put_digits(&text[8], static_cast<unsigned>(date.day()), 2);
  put_digits(&text[11], seconds / 3600, 2);
  put_digits(&text[14], seconds / 60 % 60, 2);
  put_digits(&text[17], seconds % 60, 2);
  put_digits(&text[20], static_cast<unsigned>(in_day % 1'000'000'000), 9);
  text[29] = 'Z';
  return text;
}

TimeText format_rfc3339_short(WallTime time) {
  constexpr std::size_t whole_seconds = 19;
  TimeText text{format_rfc3339(time), rfc3339_size - 1};
  const auto zeros = [&] { return std::string_view(&text.characters[text.size - 3], 3) == "000"; };
  while (text.size > whole_seconds + 1 && zeros()) text.size -= 3;
  if (text.size == whole_seconds + 1) --text.size;  // the point
  text.characters[text.size++] = 'Z';
  return text;
}

}  // namespace towline::record
