#include "app/sink_filter.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include "transforms/match_filter.hpp"

namespace towline::app {

using transforms::RouteConfig;

namespace {

// The names of folders begin so that hold dead letters on their way back, see StreamFolders.
constexpr std::string_view reserved = "replay";

}  // namespace

std::string filter_id(const std::string& sink) {
  return sink + ".filter";
}

ConfiguredTransform filter_in_front_of(const ConfiguredSink& sink, config::Mark mark, config::Problems& problems) {
  if (sink.id == reserved) problems.add(mark, "a sink with the id `replay` can't have a filter", "give it another id");
  RouteConfig condition{{*sink.delivery().filter}, transforms::WhenMatched::keep};
  ConfiguredStep step{&transforms::filter_step_type, std::make_shared<const RouteConfig>(std::move(condition)), mark};
  return {filter_id(sink.id), sink.inputs, {std::move(step)}, mark};
}

}  // namespace towline::app
