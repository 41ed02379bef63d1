// The forms with a date and a clock.
#pragma once

#include <optional>
#include <string_view>

#include "record/calendar.hpp"

namespace towline::record {

// What a text says, or why it isn't of that form: unknown_form, or what TimeReader and the functions of calendar.hpp
// say.
struct WrittenTime {
  CalendarTime time;
  TimeError error = TimeError::none;
};

// The year first.
WrittenTime read_year_first(std::string_view text);

// The day and the name of the month; `separator` stands between them, '\0' for a space or a dash.
WrittenTime read_day_first(std::string_view text, char separator);

// The name of the month first.
WrittenTime read_month_first(std::string_view text);

// 11/20/2026 and the like: nobody can tell what is what in all of them.
bool looks_ambiguous(std::string_view text);

}  // namespace towline::record
