// Source of type tcp: accepts clients and runs a session for each.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "component/pause_meter.hpp"
#include "component/source.hpp"
#include "component/task_group.hpp"
#include "net/listener.hpp"
#include "net/tls_server.hpp"
#include "sources/tcp/config.hpp"
#include "sources/tcp/session.hpp"

namespace towline::tcp {

// Lives as component::Source says; used on its shard's thread.
class TcpSource final : public component::Source {
 public:
  TcpSource(const TcpConfig& config, component::SourceContext context);

  Result<void> open() override;
  std::string address() const override { return listener_.address(); }
  void start() override;
  // Clients that the kernel has already connected are still taken in: they may have sent their lines.
  void stop_accepting() override;
  void close() override;
  bool idle() const override { return tasks_.idle(); }

 private:
  using Sessions = std::list<Session>;

  runtime::Awaitable<void> accept_clients();
  net::AcceptStatus accept_waiting();
  void admit(runtime::TcpSocket socket);
  runtime::Awaitable<void> run(Sessions::iterator session);
  void forget(Sessions::iterator session);

  bool has_deadlines() const { return shared_.idle_timeout || shared_.handshake_timeout; }
  runtime::Awaitable<void> watch_deadlines();

  const TcpConfig config_;
  const component::SourceContext context_;
  component::TaskGroup tasks_;
  component::PauseMeter pause_;
  net::TcpListener listener_;
  std::optional<net::TlsServer> tls_;
  runtime::Timer accept_timer_;
  runtime::Timer deadline_timer_;
  std::unique_ptr<char[]> buffer_;
  Shared shared_;
  Sessions sessions_;
  bool started_ = false;

  telemetry::Instrument& open_connections_;
  telemetry::Instrument& accepted_;
  telemetry::Instrument& refused_by_limit_;
  telemetry::Instrument& accept_errors_;
};

}  // namespace towline::tcp
