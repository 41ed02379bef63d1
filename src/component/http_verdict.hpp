// The decision table: what an HTTP answer, or the lack of one, means for a batch. One pure function.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "component/sink.hpp"
#include "net/http_message.hpp"

namespace towline::component {

//   no answer (DNS, connect, TLS, time-out, reset, bad reply)   unreachable
//   2xx                                                         delivered
//   408, 429, 5xx except 501                                    retry, after Retry-After if given
//   401, 402, 403                                               refused: the credentials or the account
//   404, 405, 410, 501 and every 3xx (never followed)           refused: the address or the setting is wrong
//   413                                                         too_large
//   400, 406, 415, 422 and every other 4xx                      rejected
// `now` is for the date form of Retry-After; a wait longer than `retry_after_max` is cut to it.
Outcome judge(const net::HttpReply& reply, WallTime now, Duration retry_after_max);

// Both forms of the header, a number of seconds or a date (RFC 9110, section 10.2.3). Nothing for one that can't be
// read or that asks for no wait at all: the usual back-off applies then.
std::optional<Duration> parse_retry_after(std::string_view value, WallTime now, Duration max);

}  // namespace towline::component
