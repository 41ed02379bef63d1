// Counts what was redacted, by detector and field: as the metric towline_redactions_total and in the audit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/record.hpp"
#include "telemetry/audit.hpp"
#include "telemetry/metrics.hpp"

namespace towline::redact {

class Counts {
 public:
  // `metrics` and `audit` outlive it.
  Counts(std::string transform, telemetry::Metrics& metrics, telemetry::Audit& audit)
      : transform_(std::move(transform)), metrics_(metrics), audit_(audit) {}

  // A new record; what is counted from now on was seen at this time.
  void start(WallTime received);

  // The path of keys to a value of the record (or of a JSON text in it, see enter()), with `*` for elements of arrays
  // and for keys that were redacted themselves: no redacted value gets into a metric. Keys on the way must have been
  // examined before. "other" for a very long one. Valid until the next call.
  std::string_view path(const record::Record& record, record::NodeId id);

  // From here on paths are inside of the JSON text that this value holds, until leave().
  void enter(const record::Record& record, record::NodeId id);
  void leave();

  // Beyond fields_max different fields, each by detector, it is counted as "other". Returns how the field was counted.
  std::string_view add(std::string_view detector, std::string_view field);

  static constexpr std::size_t fields_max = 256;
  static constexpr std::size_t path_max = 128;  // bytes

 private:
  struct Instruments {
    telemetry::Instrument* counter;
    telemetry::Audit::Entry* entry;
  };
  bool put_in_front(std::string_view key);

  std::string transform_;
  telemetry::Metrics& metrics_;
  telemetry::Audit& audit_;
  WallTime received_{};
  std::unordered_map<std::string, Instruments> instruments_;  // by detector and path
  std::vector<std::string> outer_;                            // paths to the texts that were entered
  std::string path_;                                          // scratch
  std::string key_;
};

}  // namespace towline::redact
