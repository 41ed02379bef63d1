#include "sources/udp/source.hpp"

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/diagnostics.hpp"
#include "component/registry.hpp"
#include "net/listener.hpp"

namespace towline::udp {

namespace {

using namespace std::chrono_literals;
using telemetry::MetricId;

constexpr auto quiet_period = 500ms;
constexpr auto failure_backoff = 200ms;
constexpr std::uint64_t kernel_bytes_min = 256;  // what the kernel counts for even the smallest datagram, at least

}  // namespace

extern const component::SourceType source_type;
const component::SourceType source_type = component::make_source_type<UdpConfig, UdpSource>(
    "udp", "Newline-delimited JSON over UDP, one or several records in a datagram.", udp_schema());

UdpSource::UdpSource(const UdpConfig& config, component::SourceContext context)
    : config_(config),
      context_(std::move(context)),
      tasks_(context_.supervisor, context_.executor),
      pause_(context_.executor, tasks_, context_.metrics.get(MetricId::source_paused_seconds_milli, {context_.id})),
      socket_(context_.executor),
      failure_timer_(context_.executor),
      quiet_timer_(context_.executor),
      reader_(config.max_datagram.bytes),
      framer_(config.common.max_record.bytes),
      kernel_drops_(context_.metrics.get(MetricId::udp_kernel_drops, {context_.id})),
      truncated_(context_.metrics.get(MetricId::udp_truncated, {context_.id})) {
  context_.intake.set_invalid_policy(config.common.invalid);
  context_.intake.set_block_at_most(config.common.block_at_most.value);
}

Result<void> UdpSource::open() {
  const net::ListenOptions options{"sources." + context_.id + ".listen", config_.receive_buffer.bytes};
  auto socket = net::bind_udp(context_.executor, config_.listen, options);
  if (!socket) return Error{"source " + context_.id + ": " + socket.error().message};
  socket_ = std::move(*socket);
  if (!DatagramReader::enable_drop_count(socket_.native_handle())) {
    diagnostics::warn("source.udp_no_drop_count", "This kernel does not count dropped datagrams",
                      {{"source", context_.id}});
  }
  const std::uint64_t granted = net::granted_receive_buffer(socket_.native_handle());
  if (granted < config_.receive_buffer.bytes) {
    diagnostics::info(
        "source.udp_receive_buffer", "The kernel granted a smaller receive buffer; raise net.core.rmem_max to get more",
        {{"source", context_.id}, {"asked_bytes", config_.receive_buffer.bytes}, {"granted_bytes", granted}});
  }
  return {};
}

std::string UdpSource::address() const {
  runtime::ErrorCode error;
  return net::to_text(socket_.local_endpoint(error));
}

void UdpSource::start() {
  tasks_.spawn("source " + context_.id, read());
}

runtime::Awaitable<void> UdpSource::read() {
  while (!closing_) {
    co_await socket_.async_wait(runtime::UdpSocket::wait_read);
    // While there is no room the kernel queues, then drops and counts.
    if (!context_.intake.has_room()) co_await pause_.wait_for_room(context_.intake);
    if (closing_ || read_batch() != ReadStatus::failed) continue;
    failure_timer_.expires_after(failure_backoff);
    co_await failure_timer_.async_wait();
  }
  read_what_is_queued();
  runtime::ErrorCode ignored;
  socket_.close(ignored);
}

// At most what the kernel's buffer can hold, so that a sender who goes on can't keep us.
void UdpSource::read_what_is_queued() {
  const std::uint64_t buffer = 2 * net::granted_receive_buffer(socket_.native_handle());
  const std::uint64_t end = received_ + buffer / kernel_bytes_min;
  while (received_ < end && context_.intake.has_room() && read_batch() == ReadStatus::some) continue;
}

ReadStatus UdpSource::read_batch() {
  const ReadStatus status = reader_.read(socket_.native_handle());
  if (status == ReadStatus::failed) {
    diagnostics::warn("source.udp_read_failed", "Datagrams could not be read",
                      {{"source", context_.id}, {"reason", std::generic_category().message(errno)}});
  }
  for (const Datagram& datagram : reader_.datagrams()) take(datagram);
  count_drops();
  return status;
}

void UdpSource::take(const Datagram& datagram) {
  ++received_;
  if (datagram.lost_bytes > 0) truncated_.add();
  context_.intake.count_bytes(datagram.bytes.size());
  framer_.feed(datagram.bytes);
  while (const auto frame = framer_.next()) context_.intake.accept(*frame);
  if (const auto frame = framer_.finish(datagram.lost_bytes)) context_.intake.accept(*frame);
}

// What the datagrams say is enough until the queue is empty; then the counter itself is asked, because nothing may come
// after the last drop. A drop happens only while datagrams are queued, so none is missed this way.
void UdpSource::count_drops() {
  if (const auto total = reader_.drops()) kernel_drops_.add(drop_counter_.update(*total));
  if (reader_.datagrams().size() == DatagramReader::batch_max) return;
  if (const auto total = DatagramReader::drops_now(socket_.native_handle())) {
    kernel_drops_.add(drop_counter_.update(*total));
  }
}

void UdpSource::stop_accepting() {
  if (stopping_ || !socket_.is_open()) return;
  stopping_ = true;
  tasks_.spawn("source " + context_.id + " end", close_when_quiet());
}

runtime::Awaitable<void> UdpSource::close_when_quiet() {
  std::uint64_t before = received_ + 1;
  while (!closing_ && (before != received_ || pause_.paused())) {
    before = received_;
    quiet_timer_.expires_after(quiet_period);
    co_await quiet_timer_.async_wait();
  }
  close();
}

void UdpSource::close() {
  if (closing_) return;
  closing_ = true;
  quiet_timer_.cancel();
  failure_timer_.cancel();
  runtime::ErrorCode ignored;
  if (tasks_.idle()) {
    socket_.close(ignored);
  } else {
    socket_.cancel(ignored);
  }
}

}  // namespace towline::udp
