#include "app/replay_desk.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "app/query.hpp"
#include "base/diagnostics.hpp"
#include "base/json_string.hpp"

namespace towline::app {

namespace {

using Request = net::HttpServer::Request;
using Response = net::HttpServer::Response;

Response json_error(unsigned status, std::string_view text) {
  std::string body = "{\"error\":";
  append_json_string(body, text);
  return {status, "application/json", body + "}\n"};
}

}  // namespace

ReplayDesk::ReplayDesk(delivery::DeadLetterFiles& letters, runtime::Executor executor, MemoryBudget& budget,
                       const Clock& clock)
    : letters_(letters), executor_(executor), budget_(budget), clock_(clock), done_(executor) {}

ReplayDesk::~ReplayDesk() {
  stop();
}

void ReplayDesk::stop() {
  stop_ = true;
  if (worker_.joinable()) worker_.join();
}

runtime::Awaitable<Response> ReplayDesk::handle(Request request) {
  Wish wish;
  const std::string sink = query_value(request.query, "sink");
  wish.filter.reason = query_value(request.query, "reason");
  wish.filter.since = query_value(request.query, "since");
  for (const auto& [id, stream] : streams_) {
    if (sink.empty() || sink == id) wish.sinks.push_back(id);
  }
  // A web page can send a POST to this machine, but not of this type.
  if (request.content_type != "application/json") co_return json_error(415, "Content-Type must be application/json");
  if (streams_.empty()) co_return json_error(404, "without data_dir there are no dead letters");
  if (wish.sinks.empty()) co_return json_error(404, "there is no sink of that name");
  if (stop_) co_return json_error(503, "the process ends");
  if (std::exchange(busy_, true)) co_return json_error(409, "a replay is under way");

  const auto answer = std::make_shared<std::optional<Response>>();
  if (worker_.joinable()) worker_.join();  // it ended when it was no longer busy
  worker_ = std::thread([this, wish = std::move(wish), answer] {
    Response made = replay(wish);
    runtime::asio::post(executor_, [this, answer, made = std::move(made)]() mutable {
      *answer = std::move(made);
      busy_ = false;
      done_.notify_all();
    });
  });
  while (!*answer) co_await done_.wait();
  co_return std::move(**answer);
}

Response ReplayDesk::replay(const Wish& wish) {
  std::string body = "{\"sinks\":[";
  std::string_view separator;
  for (const std::string& sink : wish.sinks) {
    delivery::Replay replay({letters_, sink, *streams_.at(sink), budget_, clock_, stop_});
    const Result<delivery::Replayed> replayed = replay.run(wish.filter);
    if (!replayed) return json_error(stop_ ? 503 : 500, sink + ": " + replayed.error().message);
    body += std::exchange(separator, ",");
    body += "{\"sink\":";
    append_json_string(body, sink);
    body += ",\"replayed\":" + std::to_string(replayed->records) + ",\"kept\":" + std::to_string(replayed->kept) + "}";
    diagnostics::info("sink.replayed", "Dead letters were put back into the stream",
                      {{"sink", sink}, {"records", replayed->records}, {"kept", replayed->kept}});
  }
  return {200, "application/json", body + "]}\n"};
}

}  // namespace towline::app
