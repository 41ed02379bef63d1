// A record as a sink gets it.
#pragma once

#include <string>

#include "record/record.hpp"

namespace towline::app {

// Appends it to `out` as one line without its end; a record without a time gets its time of receipt as `time_field`
// (empty: none) there. Afterwards it is as before.
void write_with_time(record::Record& record, const std::string& time_field, std::string& out);

}  // namespace towline::app
