// Takes the wishes for a replay that come over the admin listener, and has them done on a thread of its own: a file of
// dead letters may be large, and records go on meanwhile.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/memory_budget.hpp"
#include "base/result.hpp"
#include "delivery/replay.hpp"
#include "net/http_server.hpp"
#include "runtime/asio.hpp"
#include "runtime/condition.hpp"

namespace towline::app {

// Used on the thread of the admin listener. Everything referred to outlives it.
class ReplayDesk {
 public:
  ReplayDesk(delivery::DeadLetterFiles& letters, runtime::Executor executor, MemoryBudget& budget, const Clock& clock);
  ~ReplayDesk();
  ReplayDesk(const ReplayDesk&) = delete;
  ReplayDesk& operator=(const ReplayDesk&) = delete;

  void add(const std::string& sink, stream::Stream& stream) { streams_[sink] = &stream; }

  // Cuts short what is under way (its letters stay where they are) and takes no more wishes: nothing is appended to a
  // stream after it. Its answers are still given, as the executor turns.
  void stop();

  // POST /replay?sink=S&reason=R&since=T, each of them optional.
  //   200 {"sinks":[{"sink":"a","replayed":3,"kept":0}]}   404 no such sink   409 one is under way   503 the
  //   process ends   500 {"error":"..."}
  runtime::Awaitable<net::HttpServer::Response> handle(net::HttpServer::Request request);

 private:
  struct Wish {
    std::vector<std::string> sinks;
    delivery::ReplayFilter filter;
  };
  net::HttpServer::Response replay(const Wish& wish);

  delivery::DeadLetterFiles& letters_;
  runtime::Executor executor_;
  MemoryBudget& budget_;
  const Clock& clock_;
  std::map<std::string, stream::Stream*> streams_;
  runtime::Condition done_;
  bool busy_ = false;
  std::atomic<bool> stop_{false};
  std::thread worker_;
};

}  // namespace towline::app
