// Metrics that Vector makes of records.
#pragma once

#include "app/commands/import/settings.hpp"
#include "app/commands/import/transforms.hpp"

namespace towline::app::migration {

// One step a metric; what can't be converted is a remark.
vrl::Nodes convert_metrics(Settings& settings, const Component& component, const TransformContext& context);

}  // namespace towline::app::migration
