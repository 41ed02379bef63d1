// GET /status: the status as JSON, and as an event each second to those who accept text/event-stream.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/admin_routes.hpp"
#include "base/clock.hpp"

namespace towline::app {

// `json` makes the status, with a line break at its end; it is asked on the thread of the admin listener, at most twice
// a second for all streams together. At most `streams_max` streams are open at once, one more gets 503; of each at most
// one event waits, and who takes it late misses those in between. The clock outlives the server.
AdminRoute status_route(std::function<std::string()> json, std::uint32_t streams_max, const Clock& clock);

}  // namespace towline::app
