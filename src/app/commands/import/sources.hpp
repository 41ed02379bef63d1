// Sources of Vector as ours.
#pragma once

#include <string>

#include "app/commands/import/graph.hpp"
#include "app/commands/import/remarks.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

struct ConvertedSource {
  Yaml body = Yaml::map();
  bool gone = false;  // it isn't about logs: nothing is made of it
  bool raw = false;   // Vector puts each line into `message`, unparsed
};

// Remarks go to `place`. What has no counterpart becomes a tcp source, so that the rest can be tried; where no address
// is given it listens at `free_port` of this machine.
ConvertedSource convert_source(const Component& component, int free_port, Place& place);

}  // namespace towline::app::migration
