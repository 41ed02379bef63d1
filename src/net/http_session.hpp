// One client of the HTTP server: reads a request, has it answered, and so on until one of the two closes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/connection.hpp"
#include "net/http_request_reader.hpp"
#include "net/http_server.hpp"

namespace towline::net {

// Its coroutine run() owns it; the server knows it as long as it lives, to count, to interrupt and to be strict with
// it. Bytes are read into the server's buffer and used at once: an idle connection holds none.
class HttpServer::Session final : public HttpServer::Body {
 public:
  Session(SharedState server, runtime::TcpSocket socket);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  static runtime::Awaitable<void> run(std::unique_ptr<Session> self);

  // Makes it end if its time is over.
  void check_deadline(MonoTime now);
  // Wakes it, so that it sees `ending` and `closing`.
  void interrupt() {
    connection_.interrupt();
    pause_.cancel();
  }

  runtime::Awaitable<bool> read(Take take) override;

 private:
  enum class Refusal : std::uint8_t { none, gone, malformed, head_too_large, body_too_large, too_slow };

  static constexpr std::size_t read_bytes_max = std::size_t{64} << 10U;  // the buffer that all sessions share

  static Connection connect(const State& server, runtime::TcpSocket socket);
  runtime::Awaitable<bool> handshake();
  runtime::Awaitable<bool> exchange();
  runtime::Awaitable<bool> read_head();
  runtime::Awaitable<Response> respond();
  runtime::Awaitable<Response> respond_to_post(const Route& route, const Request& request);
  runtime::Awaitable<std::string_view> receive(std::size_t at_most);
  runtime::Awaitable<bool> send(std::string text, Duration time);
  runtime::Awaitable<bool> send_patiently(std::string text);
  runtime::Awaitable<void> go_on(std::function<std::optional<std::string>()> more, Duration period, bool in_chunks);
  runtime::Awaitable<void> linger();

  std::optional<Response> general_refusal() const;
  bool take_pieces(std::string_view& bytes, const Take& take);
  bool refuse(Refusal why);
  bool waits_for_nothing() const;
  bool client_has_gone();
  static std::string in_a_chunk(std::string_view bytes);
  Request request() const;
  std::string head_of(const Response& response, bool keep_alive) const;
  void set_deadline(Duration from_now);

  SharedState server_;
  Connection connection_;
  runtime::Timer pause_;  // of an answer that goes on
  std::string unread_;    // arrived, and not yet asked for
  MonoTime deadline_ = MonoTime::max();
  bool late_ = false;
  bool first_request_ = true;
  bool lingers_ = false;  // the client may still be sending what nobody wants

  // Of the current request.
  std::optional<HttpRequestReader> reader_;
  Refusal refusal_ = Refusal::none;
  bool begun_ = false;  // its first byte has arrived
  std::uint64_t body_max_ = 0;
  std::uint64_t body_received_ = 0;
  MonoTime body_start_{};
};

}  // namespace towline::net
