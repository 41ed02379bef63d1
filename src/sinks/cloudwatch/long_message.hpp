// Messages that are longer than CloudWatch takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/cloudwatch/event.hpp"

namespace towline::cloudwatch {

// Parts of up to `bytes_max` bytes, none of which is cut within a character. Each ends in
// " [towline: record 4711, part 2 of 3]", where `record` is the record's number in its stream: parts of records with
// the same time are told apart by it.
std::vector<std::string> split(std::string_view message, std::uint64_t record,
                               std::size_t bytes_max = message_bytes_max);

// The beginning and "[Truncated...]".
std::string truncate(std::string_view message, std::size_t bytes_max = message_bytes_max);

}  // namespace towline::cloudwatch
