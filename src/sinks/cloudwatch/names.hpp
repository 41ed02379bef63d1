// What log groups and streams may be called, and where a record goes.
#pragma once

#include <string>
#include <string_view>

#include "base/facts.hpp"
#include "record/record.hpp"
#include "sinks/cloudwatch/config.hpp"

namespace towline::cloudwatch {

inline constexpr std::size_t name_bytes_max = 512;

// CreateLogGroup: 1 to 512 of A-Z a-z 0-9 _ / . # -, not beginning with "aws/".
bool is_group_name(std::string_view name);
// CreateLogStream: 1 to 512 characters without ':' and '*'; without control characters, too, for those who read it.
bool is_stream_name(std::string_view name);

// A log group and a stream in it.
struct Destination {
  std::string group;
  std::string stream;
  bool operator==(const Destination&) const = default;
};

struct DestinationHash {
  std::size_t operator()(const Destination& destination) const {
    const std::hash<std::string> hash;
    return hash(destination.group) * 31 + hash(destination.stream);
  }
};

// Fills in names. What they can't hold becomes '_', what is too long is cut, and `missing` stands for what isn't known
// and for a name that would be empty. One thread at a time.
class Names {
 public:
  // All of it outlives this.
  Names(const CloudWatchConfig& config, const Facts& facts);

  // Whether the names depend on fields of the record; if not, only on the time of its receipt.
  bool read_fields() const { return read_fields_; }
  void fill(const record::Record& record, Destination& destination) const;

 private:
  void fill(const record::Template& text, const record::Record& record, std::string& name) const;

  const CloudWatchConfig& config_;
  const Facts& facts_;
  bool read_fields_;
};

}  // namespace towline::cloudwatch
