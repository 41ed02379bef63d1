// Sinks of Vector as ours.
#pragma once

#include <cstdint>

#include "app/commands/import/graph.hpp"
#include "app/commands/import/remarks.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

struct ConvertedSink {
  enum class Fate : std::uint8_t {
    converted,
    off,   // there is no such sink: it is shown as a comment
    gone,  // it isn't about logs: nothing is made of it
  };
  Fate fate = Fate::converted;
  Yaml body = Yaml::map();       // without its inputs
  std::uint64_t disk_bytes = 0;  // of its buffer on disk; 0: it has none
};

// Remarks go to `place`.
ConvertedSink convert_sink(const Component& component, Place& place);

}  // namespace towline::app::migration
