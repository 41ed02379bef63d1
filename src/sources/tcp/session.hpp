// One client of a TCP source, from the handshake to its last line. How many there may be, and when they are told to
// end, is the source's business.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "codec/framing.hpp"
#include "component/intake.hpp"
#include "component/pause_meter.hpp"
#include "net/connection.hpp"
#include "telemetry/metrics.hpp"

namespace towline::tcp {

// What the sessions of one source share. Belongs to the source.
struct Shared {
  const std::string& source;
  component::Intake& intake;
  component::PauseMeter& pause;
  telemetry::Instrument& failed_handshakes;
  std::span<char> buffer;  // for the moment between a read and the end of its last frame; padding follows it
  std::size_t max_record;
  std::optional<Duration> handshake_timeout;  // set: TLS
  std::optional<Duration> idle_timeout;
  bool closing = false;  // read what is there, then end
};

// Used on one shard's thread. Memory while idle: 2.3 KiB of heap all in all, with TLS 17 KiB (measured).
class Session {
 public:
  Session(Shared& shared, net::Connection connection);

  // Ends when the client has closed or was silent for too long, or when `closing` is set and its bytes are read.
  // A line that is unfinished then is handed over as it is.
  runtime::Awaitable<void> run();

  // Makes it end if its time is over. A session that waits for room is never too late.
  void check_deadline(MonoTime now);

  // Wakes it, so that it sees `closing`.
  void interrupt() { connection_.interrupt(); }

 private:
  runtime::Awaitable<bool> handshake();
  runtime::Awaitable<void> read_to_end();
  runtime::Awaitable<void> wait_for_room();
  void take(std::size_t size);
  void finish();
  void charge_line();
  void set_deadline(const std::optional<Duration>& timeout);
  void refuse(const std::string& reason);

  Shared& shared_;
  net::Connection connection_;
  codec::LineFramer framer_;
  Charge line_;  // for what the framer has gathered
  MonoTime deadline_ = MonoTime::max();
  bool late_ = false;
};

}  // namespace towline::tcp
