// Source of type udp: reads datagrams, counts what the kernel dropped and cut.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "codec/framing.hpp"
#include "component/pause_meter.hpp"
#include "component/source.hpp"
#include "component/task_group.hpp"
#include "sources/udp/config.hpp"
#include "sources/udp/datagram_reader.hpp"
#include "sources/udp/drop_counter.hpp"

namespace towline::udp {

// Lives as component::Source says; used on its shard's thread.
class UdpSource final : public component::Source {
 public:
  UdpSource(const UdpConfig& config, component::SourceContext context);

  Result<void> open() override;
  std::string address() const override;
  void start() override;
  // UDP has no connections that could end: it goes on reading until nothing has come for half a second.
  void stop_accepting() override;
  void close() override;
  bool idle() const override { return tasks_.idle(); }

 private:
  runtime::Awaitable<void> read();
  void read_what_is_queued();
  ReadStatus read_batch();
  void take(const Datagram& datagram);
  void count_drops();
  runtime::Awaitable<void> close_when_quiet();

  const UdpConfig config_;
  const component::SourceContext context_;
  component::TaskGroup tasks_;
  component::PauseMeter pause_;
  runtime::UdpSocket socket_;
  runtime::Timer failure_timer_;
  runtime::Timer quiet_timer_;
  DatagramReader reader_;
  DropCounter drop_counter_;
  codec::LineFramer framer_;
  std::uint64_t received_ = 0;  // datagrams
  bool stopping_ = false;
  bool closing_ = false;

  telemetry::Instrument& kernel_drops_;
  telemetry::Instrument& truncated_;
};

}  // namespace towline::udp
