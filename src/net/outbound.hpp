// Everything that leaves: HTTP requests through libcurl's multi interface, and bytes to a file descriptor, driven by
// one loop on the delivery thread. One slow destination costs the others nothing: no call here waits for one.
#pragma once

#include <curl/curl.h>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "codec/body.hpp"
#include "net/http_transfer.hpp"

namespace towline::net {

// Used on the delivery thread, except wake() and post().
class Outbound {
 public:
  using OnReply = HttpTransfer::OnReply;
  using OnWritten = std::function<void(int error)>;  // errno, 0 when all was written

  Outbound();
  ~Outbound();  // drops what is under way: its callbacks are not called
  Outbound(const Outbound&) = delete;
  Outbound& operator=(const Outbound&) = delete;

  // Starts a request; `on_reply` is called from poll(), once. `options` outlives the request. Redirects are not
  // followed. Proxies come from the environment (HTTPS_PROXY, NO_PROXY, ...), and never see the request's headers.
  void send(HttpRequest request, const HttpOptions& options, OnReply on_reply);

  // Writes the body to a descriptor that may be slow (a pipe nobody reads); `on_written` is called from poll(), once.
  // The descriptor's flags are left alone: it may be shared with other processes.
  void write(int fd, codec::Body body, OnWritten on_written);

  // Waits for events, at most until `until`, and calls back what has ended.
  void poll(MonoTime until);

  // Makes a running or the next poll() return at once. Any thread.
  void wake();

  // Calls `task` from poll(), once, unless this object is destroyed first. Any thread.
  void post(std::function<void()> task);

  // The same, from the first poll() at or after that time; a poll() under way doesn't sleep past it.
  void call_at(MonoTime time, std::function<void()> task);

 private:
  struct Write {
    int fd;
    codec::Body body;
    std::size_t written;
    OnWritten on_written;
  };

  void finish_transfers();
  void advance_writes(const std::vector<curl_waitfd>& ready);
  void run_tasks();

  CURLM* multi_;
  std::list<std::unique_ptr<HttpTransfer>> transfers_;
  std::list<Write> writes_;
  std::multimap<MonoTime, std::function<void()>> timed_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
};

}  // namespace towline::net
