#include "component/source_config.hpp"

namespace towline::component {

const config::Schema<SourceConfig>& source_schema() {
  static const config::Schema<SourceConfig> schema(
      "source", "Settings of every source.",
      config::field(
          "max_record", &SourceConfig::max_record,
          "The longest record. Of a longer one the beginning is treated like an invalid line; the next record "
          "is not affected.",
          config::between(config::kibibytes(1), config::mebibytes(64))),
      config::field("invalid", &SourceConfig::invalid,
                    "What becomes of a line that is not one JSON object, or is longer than `max_record`."));
  return schema;
}

}  // namespace towline::component
