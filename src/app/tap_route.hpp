// GET /tap: records as they pass, as NDJSON or as server-sent events.
#pragma once

#include "app/admin_routes.hpp"
#include "app/tap_hub.hpp"

namespace towline::app {

// GET /tap?at=PLACE&filter=PATTERN&limit=N, each of them optional (tap_hub.hpp, condition/condition.hpp).
//   200  records until the reader goes or the limit is reached, in the form that Accept asks for:
//        application/x-ndjson   {"level":"info"}              {"towline":{"skipped":3}}
//        text/event-stream      data: {"level":"info"}        event: note, data: {"skipped":3}
//   400  a bad filter (with its column) or limit   403  its records are not redacted yet
//   404  no such place                                        503  too many taps
// A reader that takes nothing for a minute is closed. `hub` outlives the server.
AdminRoute tap_route(TapHub& hub, std::uint32_t records_per_second);

}  // namespace towline::app
