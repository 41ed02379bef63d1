// Figures for people, a few characters wide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/status.hpp"

namespace towline::app::top {

std::string count_text(std::uint64_t count);                     // 1,234,567
std::string bytes_text(std::uint64_t bytes);                     // 512 B, 1.5 KiB, 340 MiB
std::string rate_text(const std::optional<double>& per_second);  // 0, 0.3, 1,203; -: not known
std::string byte_rate_text(const std::optional<double>& per_second);
std::string duration_text(status::Seconds time);              // 0.4s, 3s, 41s, 12m, 3h 4m, 5d 2h
std::string percent_text(const std::optional<double>& part);  // 12.3%

}  // namespace towline::app::top
