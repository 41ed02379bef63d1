// What an answer of CloudWatch Logs means. Pure functions; facts: the errors of its API, and of AWS' APIs in general.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "component/sink.hpp"
#include "net/http_message.hpp"
#include "sinks/cloudwatch/event.hpp"

namespace towline::cloudwatch {

// Events that the service has left out of a call that it took (rejectedLogEventsInfo).
struct Rejected {
  std::size_t too_old_end = 0;                               // all before
  std::size_t expired_end = 0;                               // all before that aren't too old
  std::size_t too_new_begin = static_cast<std::size_t>(-1);  // all from here on

  // Of the event with this number in the call.
  Verdict verdict(std::size_t event) const;
};

struct Answer {
  enum class Kind : std::uint8_t {
    done,
    missing,      // the group or the stream isn't there
    exists,       // what was to be made is there already
    credentials,  // they have expired, or the service doesn't know them: others may do
    clock,        // ours is wrong: `date` is right
    failed,
  };
  Kind kind = Kind::failed;
  component::Outcome outcome;    // what the batch gets if nothing helps
  std::string error;             // the name of the error; empty where the answer has none
  Rejected rejected;             // of `done`
  std::optional<WallTime> date;  // when the service answered, by its clock, if it says so
};

//   no answer                                                unreachable
//   2xx with a request id                                    done
//   2xx without                                              retry: it wasn't AWS that answered
//   ResourceNotFoundException                                missing
//   ResourceAlreadyExistsException                           exists
//   errors that mean throttling or a passing fault           retry, whatever the status
//   errors about the signature, with a Date that is more
//   than five minutes from ours                              clock
//   errors about the credentials, 401                        credentials
//   errors about the permissions                             refused
//   errors about the content                                 rejected
//   all others                                               as component::judge() says by the status
// The names of errors are those that aws/service_error.hpp knows.
// `sent`: when the request was signed, by the clock that signed it.
Answer judge(const net::HttpReply& reply, WallTime sent, Duration retry_after_max);

// May a body that was packed be the reason? `proven`: the service has taken one before.
bool may_mean_no_gzip(const Answer& answer, bool proven);

}  // namespace towline::cloudwatch
