#include "net/http_reading.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "config/url.hpp"
#include "net/http_ask_text.hpp"
#include "runtime/asio.hpp"

namespace towline::net {

namespace {

constexpr std::size_t read_bytes = std::size_t{64} << 10U;

}  // namespace

// Its stream connects and sends, and no byte is read through it.
struct HttpReading::Connection {
  runtime::asio::ip::tcp::iostream stream;

  bool wait(Duration at_most) {
    pollfd socket{stream.socket().native_handle(), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
    return poll(&socket, 1, static_cast<int>(std::max<std::int64_t>(milliseconds, 0))) > 0;
  }

  // False: the end.
  bool read_into(std::string& text) {
    std::array<char, read_bytes> buffer;
    const ssize_t size = recv(stream.socket().native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
  }
};

HttpReading::HttpReading(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
HttpReading::HttpReading(HttpReading&&) noexcept = default;
HttpReading& HttpReading::operator=(HttpReading&&) noexcept = default;
HttpReading::~HttpReading() = default;

Result<HttpReading> HttpReading::open(const std::string& url, const HttpQuestion& question) {
  const Result<config::Url> target = config::parse_url(url);
  if (!target) return target.error();
  if (target->scheme != "http") return Error{url + ": only http:// is possible here"};

  const MonoTime deadline = MonoClock::now() + question.timeout;
  auto connection = std::make_unique<Connection>();
  connection->stream.expires_after(question.timeout);
  connection->stream.connect(target->host, std::to_string(target->port));
  connection->stream << request_text(*target, question) << std::flush;
  if (!connection->stream) return Error{"can't reach " + url + ": " + connection->stream.error().message()};

  HttpReading reading(std::move(connection));
  const Result<void> begun = reading.read_head(url, question, deadline);
  if (!begun) return begun.error();
  return reading;
}

Result<void> HttpReading::read_head(const std::string& url, const HttpQuestion& question, MonoTime deadline) {
  std::string text;
  bool goes_on = true;
  std::optional<HttpAnswer> answer;
  while (!answer || (answer->status != 200 && goes_on)) {
    if (!goes_on) return Error{"the answer of " + url + " is not HTTP"};
    if (text.size() > question.reply_max) return Error{"the answer of " + url + " is too long"};
    const bool ready = connection_->wait(deadline - MonoClock::now());
    if (!ready && MonoClock::now() >= deadline) return Error{"no answer from " + url + " in time"};
    if (ready) goes_on = connection_->read_into(text);
    answer = parse_reply(text);
  }
  status_ = answer->status;
  (status_ == 200 ? begun_ : error_body_) = std::move(answer->body);
  return {};
}

std::optional<std::string> HttpReading::read(Duration at_most) {
  std::string text = std::exchange(begun_, {});
  if (!text.empty() || !connection_->wait(at_most)) return text;
  if (!connection_->read_into(text)) return std::nullopt;
  return text;
}

}  // namespace towline::net
