// Counts what was redacted, by detector and field, as the metric towline_redactions_total.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "record/record.hpp"
#include "telemetry/metrics.hpp"

namespace towline::redact {

class Counts {
 public:
  // `metrics` outlives it.
  Counts(std::string transform, telemetry::Metrics& metrics) : transform_(std::move(transform)), metrics_(metrics) {}

  // The field is the path of keys to the value, with `*` for elements of arrays and for keys that were redacted
  // themselves: no redacted value gets into a metric (keys on the way must have been examined before). Beyond
  // fields_max different ones, and for very long ones, it is "other".
  void add(std::string_view detector, const record::Record& record, record::NodeId id);

  // A field by the name that the configuration has for it.
  void add(std::string_view detector, std::string_view field);

  static constexpr std::size_t fields_max = 256;
  static constexpr std::size_t path_max = 128;  // bytes

 private:
  void set_path(const record::Record& record, record::NodeId id);

  std::string transform_;
  telemetry::Metrics& metrics_;
  std::unordered_map<std::string, telemetry::Instrument*> instruments_;  // by detector and path
  std::string path_;                                                     // scratch
  std::string key_;
};

}  // namespace towline::redact
