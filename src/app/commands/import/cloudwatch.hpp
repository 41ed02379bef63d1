// Vector's sink for CloudWatch Logs.
#pragma once

#include "app/commands/import/sinks.hpp"

namespace towline::app::migration {

ConvertedSink cloudwatch_sink(const Component& component, Place& place);

}  // namespace towline::app::migration
