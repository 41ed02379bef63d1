#include "component/source_config.hpp"

namespace towline::component {

const config::Schema<SourceConfig>& source_schema() {
  static const config::Schema<SourceConfig> schema(
      "source", "Settings of the sources that can't answer.",
      config::field(
          "max_record", &SourceConfig::max_record,
          "The longest record. Of a longer one the beginning is treated like an invalid line; the next record "
          "is not affected.",
          config::between(config::kibibytes(1), config::mebibytes(64))),
      config::field("invalid", &SourceConfig::invalid,
                    "What becomes of a line that is not one JSON object, or is longer than `max_record`."),
      config::field("block_at_most", &SourceConfig::block_at_most,
                    "How long senders may be kept waiting while the memory budget is used up. Then reading goes on, "
                    "and the sinks that hold most lose what arrives (`block_at_most` in the ledger) until there is "
                    "room. `unlimited`: senders wait as long as it takes, and nothing is lost.",
                    config::between(std::chrono::milliseconds(0), std::chrono::hours(24 * 365))));
  return schema;
}

}  // namespace towline::component
