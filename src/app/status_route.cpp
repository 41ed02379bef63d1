#include "app/status_route.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace towline::app {

namespace {

using Request = net::HttpServer::Request;
using Response = net::HttpServer::Response;

constexpr Duration period = std::chrono::seconds(1);
constexpr Duration fresh_for = period / 2;  // an event that young serves other streams, too

// What the streams share.
struct Feed {
  std::function<std::string()> json;
  std::uint32_t streams_max;
  const Clock& clock;
  std::uint32_t streams = 0;
  std::string event = {};
  MonoTime made = {};

  const std::string& newest() {
    const MonoTime now = clock.now();
    if (event.empty() || now - made >= fresh_for) {
      event = "data: " + json() + "\n";
      made = now;
    }
    return event;
  }
};

// Counts as a stream for as long as it lives.
class Stream {
 public:
  explicit Stream(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) { ++feed_->streams; }
  ~Stream() {
    if (--feed_->streams == 0) feed_->event = {};
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  std::string next() { return feed_->newest(); }

 private:
  std::shared_ptr<Feed> feed_;
};

Response too_many() {
  Response response{503, "text/plain; charset=utf-8",
                    "There are as many streams of the status as there may be (admin.status_streams). Ask again without "
                    "Accept: text/event-stream.\n"};
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

Response stream(const std::shared_ptr<Feed>& feed) {
  if (feed->streams >= feed->streams_max) return too_many();
  Response response{200, "text/event-stream"};
  response.headers.emplace_back("X-Accel-Buffering", "no");  // a proxy in between must not gather events
  response.more = [stream = std::make_shared<Stream>(feed)]() -> std::optional<std::string> { return stream->next(); };
  response.period = period;
  return response;
}

}  // namespace

AdminRoute status_route(std::function<std::string()> json, std::uint32_t streams_max, const Clock& clock) {
  auto feed = std::make_shared<Feed>(Feed{std::move(json), streams_max, clock});
  AdminRoute route{"/status", Access::configured, "how every component is doing, JSON; as events, one each second"};
  route.get = [feed](const Request& request) {
    if (request.accept.find("text/event-stream") != std::string_view::npos) return stream(feed);
    return Response{200, "application/json", feed->json()};
  };
  return route;
}

}  // namespace towline::app
