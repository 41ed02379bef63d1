// What `towline top` shows of a status: which figures, in which tables. A pure function of two statuses and a size.
#pragma once

#include <string>
#include <vector>

#include "app/commands/top/text.hpp"
#include "app/status.hpp"

namespace towline::app::top {

struct Moment {
  const status::Status& now;
  const status::Status* before = nullptr;  // an earlier one, for rates; null: there are none yet
};

struct Size {
  std::size_t columns = 80;
  std::size_t rows = 0;  // 0: as many as it needs
};

// The header and the tables. Where there are too few rows, the last line says how many are missing.
std::vector<std::string> lines_of(const Moment& moment, Size size, Colour colour);

}  // namespace towline::app::top
