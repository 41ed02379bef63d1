// Vector's http sink: ours, or Better Stack's where it sends there.
#pragma once

#include "app/commands/import/sinks.hpp"

namespace towline::app::migration {

ConvertedSink http_sink(const Component& component, Place& place);

}  // namespace towline::app::migration
