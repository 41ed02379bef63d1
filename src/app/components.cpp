#include "app/components.hpp"

#define TOWLINE_SOURCE(name)                      \
  namespace towline::name {                       \
  extern const component::SourceType source_type; \
  }
#define TOWLINE_STEP(name)                    \
  namespace towline::name {                   \
  extern const component::StepType step_type; \
  }
#define TOWLINE_SINK(name)                    \
  namespace towline::name {                   \
  extern const component::SinkType sink_type; \
  }
#include "components.def"
#undef TOWLINE_SOURCE
#undef TOWLINE_STEP
#undef TOWLINE_SINK

namespace towline::app {

const component::Registry& all_components() {
  static const component::Registry registry = [] {
    component::Registry all;
#define TOWLINE_SOURCE(name) all.sources.push_back(&name::source_type);
#define TOWLINE_STEP(name) all.steps.push_back(&name::step_type);
#define TOWLINE_SINK(name) all.sinks.push_back(&name::sink_type);
#include "components.def"
#undef TOWLINE_SOURCE
#undef TOWLINE_STEP
#undef TOWLINE_SINK
    return all;
  }();
  return registry;
}

}  // namespace towline::app
