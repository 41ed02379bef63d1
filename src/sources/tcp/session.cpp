#include "sources/tcp/session.hpp"

#include <utility>

#include "base/diagnostics.hpp"

namespace towline::tcp {

namespace {

// What is read of a connection that is closed by us: more than the kernel usually holds for one.
constexpr std::size_t drain_bytes_max = 4U << 20U;
constexpr std::uint64_t line_bytes_ignored = 2048;

}  // namespace

using net::TlsStatus;

Session::Session(Shared& shared, net::Connection connection)
    : shared_(shared), connection_(std::move(connection)), framer_(shared.max_record) {}

runtime::Awaitable<void> Session::run() {
  bool ready = true;
  if (connection_.is_tls()) ready = co_await handshake();
  if (ready) co_await read_to_end();
  finish();
  connection_.close();
}

// The last line of a client that closes is what the client made it. Where we end the connection it may be half a one.
void Session::finish() {
  std::optional<codec::Frame> frame = framer_.finish();
  shared_.intake.gather(line_, 0);
  if (!frame) return;
  if (frame->fault == codec::FrameFault::none && (late_ || shared_.closing)) {
    frame->fault = codec::FrameFault::cut;
    frame->lost_bytes = 1;  // its end, at the least
  }
  shared_.intake.accept(*frame);
}

runtime::Awaitable<bool> Session::handshake() {
  set_deadline(shared_.handshake_timeout);
  TlsStatus status = connection_.handshake();
  while (status == TlsStatus::wants_read || status == TlsStatus::wants_write) {
    co_await connection_.ready();
    if (shared_.closing) co_return false;
    if (late_) {
      refuse("the handshake took too long");
      co_return false;
    }
    status = connection_.handshake();
  }
  if (status != TlsStatus::done) refuse(connection_.tls_error());
  co_return status == TlsStatus::done;
}

runtime::Awaitable<void> Session::read_to_end() {
  set_deadline(shared_.idle_timeout);
  std::size_t drained = 0;
  for (bool open = true; open && drained < drain_bytes_max;) {
    if (!shared_.closing) co_await connection_.ready();
    if (!shared_.intake.has_room(&line_)) {
      if (shared_.closing) break;  // nobody could hold it; the client sees the connection break
      co_await wait_for_room();
      continue;
    }
    const net::ReadResult read = connection_.read(shared_.buffer);
    take(read.size);
    open = read.open && (read.size > 0 || !(shared_.closing || late_));
    if (shared_.closing) drained += read.size;
  }
}

// One turn is at most one buffer; then the other sessions have theirs.
void Session::take(std::size_t size) {
  if (size == 0) return;
  set_deadline(shared_.idle_timeout);
  shared_.intake.count_bytes(size);
  framer_.feed({shared_.buffer.data(), size});
  while (const auto frame = framer_.next()) shared_.intake.accept(*frame);
  charge_line();
}

// The beginnings of common lines are small, and there is one after nearly every read.
void Session::charge_line() {
  const std::uint64_t bytes = framer_.gathered_bytes();
  shared_.intake.gather(line_, bytes < line_bytes_ignored ? 0 : bytes);
}

// The client isn't silent for as long as nobody listens.
runtime::Awaitable<void> Session::wait_for_room() {
  set_deadline(std::nullopt);
  co_await shared_.pause.wait_for_room(shared_.intake, &line_);
  set_deadline(shared_.idle_timeout);
}

void Session::set_deadline(const std::optional<Duration>& timeout) {
  late_ = false;
  deadline_ = timeout ? MonoClock::now() + *timeout : MonoTime::max();
}

void Session::check_deadline(MonoTime now) {
  if (now < deadline_) return;
  late_ = true;
  interrupt();
}

void Session::refuse(const std::string& reason) {
  shared_.failed_handshakes.add();
  diagnostics::warn("source.tls_handshake_failed", "A client was refused because its TLS handshake failed",
                    {{"source", shared_.source}, {"reason", reason}});
}

}  // namespace towline::tcp
