// The `filter` of a sink: only records that match the condition go there.
//
//   sinks:
//     errors: { type: ..., inputs: [clean], filter: '{ $.level = "ERROR" }' }
//
// When a configuration is loaded it becomes a transform `errors.filter` whose one step is the condition, between the
// sink and its inputs, so that nothing else has to know of it. Nobody else reads it.
#pragma once

#include <string>

#include "app/config.hpp"

namespace towline::app {

// The transform that the filter of this sink stands for; the sink has one. `mark`: of the condition.
ConfiguredTransform filter_in_front_of(const ConfiguredSink& sink, config::Mark mark, config::Problems& problems);

// The id of that transform.
std::string filter_id(const std::string& sink);

}  // namespace towline::app
