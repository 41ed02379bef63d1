// The list `towline.redacted` of a record: what was redacted in it, as `field:detector`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.hpp"

namespace towline::redact {

class Marker {
 public:
  void clear() { entries_.clear(); }
  // Each pair is noted once; of more than entries_max the last one is "other".
  void add(std::string_view field, std::string_view detector);
  std::vector<std::string>& entries() { return entries_; }

  // Appends what isn't there yet. Where an application has put something else at that place the record stays as it is.
  void write(record::Record& record);

  // Whether this value is an element of the list.
  static bool holds(const record::Record& record, record::NodeId id);

  static constexpr std::size_t entries_max = 64;

 private:
  std::vector<std::string> entries_;
  std::string json_;  // scratch
};

}  // namespace towline::redact
