// The routes of a transform: named conditions, each of which is an output of its own.
//
//   transforms:
//     clean:
//       inputs: [app]
//       steps: [...]
//       routes: { errors: '{ $.level = "ERROR" }', api: '{ $.path = "/api/*" }' }
//
// Others read `clean.errors`, `clean.api`, and `clean._unmatched` for what matches no route. When a configuration is
// loaded, each of these becomes a transform whose one step is the condition, so that nothing else has to know of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"

namespace towline::app {

inline constexpr std::size_t routes_max = 64;       // of one transform
inline constexpr std::size_t route_bytes_max = 32;  // of a name: the whole id fits into a label of a metric
inline constexpr std::string_view unmatched_route = "_unmatched";

// The transforms that the routes of `transform` stand for, in their order, that of `_unmatched` last. Some may be there
// for what has a problem, so that those who read it have none.
std::vector<ConfiguredTransform> read_routes(const std::string& transform, const config::Node& routes,
                                             config::Problems& problems);

}  // namespace towline::app
