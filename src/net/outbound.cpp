#include "net/outbound.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <span>
#include <utility>

#include "base/check.hpp"

namespace towline::net {

using std::chrono::milliseconds;

Outbound::Outbound() {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(global == CURLE_OK);
  multi_ = curl_multi_init();
  CHECK(multi_ != nullptr);
}

Outbound::~Outbound() {
  for (const auto& transfer : transfers_) curl_multi_remove_handle(multi_, transfer->easy());
  transfers_.clear();
  curl_multi_cleanup(multi_);
}

void Outbound::send(HttpRequest request, const HttpOptions& options, OnReply on_reply) {
  auto transfer = std::make_unique<HttpTransfer>(std::move(request), std::move(on_reply));
  transfer->configure(options);
  CHECK(curl_multi_add_handle(multi_, transfer->easy()) == CURLM_OK);
  transfers_.push_back(std::move(transfer));
}

void Outbound::write(int fd, codec::Body body, OnWritten on_written) {
  writes_.push_back(Write{fd, std::move(body), 0, std::move(on_written)});
}

void Outbound::poll(MonoTime until) {
  if (!timed_.empty()) until = std::min(until, timed_.begin()->first);
  std::vector<curl_waitfd> extra;
  for (const Write& write : writes_) extra.push_back(curl_waitfd{write.fd, CURL_WAIT_POLLOUT, 0});
  int running = 0;
  curl_multi_perform(multi_, &running);
  // What ended just now has been read from its socket: no event will say so again.
  const bool ended = static_cast<std::size_t>(running) < transfers_.size();
  const MonoTime now = MonoClock::now();
  const auto wait = ended || until <= now
                        ? milliseconds(0)
                        : std::min(std::chrono::ceil<milliseconds>(until - now), milliseconds(60'000));
  curl_multi_poll(multi_, extra.data(), static_cast<unsigned>(extra.size()), static_cast<int>(wait.count()), nullptr);
  curl_multi_perform(multi_, &running);
  finish_transfers();
  advance_writes(extra);
  run_tasks();
}

void Outbound::wake() {
  curl_multi_wakeup(multi_);
}

void Outbound::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  wake();
}

void Outbound::call_at(MonoTime time, std::function<void()> task) {
  timed_.emplace(time, std::move(task));
}

// A task may add others: their turn is the next one.
void Outbound::run_tasks() {
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard lock(mutex_);
    due.swap(posted_);
  }
  const auto later = timed_.upper_bound(MonoClock::now());
  for (auto timed = timed_.begin(); timed != later; ++timed) due.push_back(std::move(timed->second));
  timed_.erase(timed_.begin(), later);
  for (const std::function<void()>& task : due) task();
}

void Outbound::finish_transfers() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* easy = message->easy_handle;
    const auto done =
        std::find_if(transfers_.begin(), transfers_.end(), [easy](const auto& t) { return t->easy() == easy; });
    CHECK(done != transfers_.end());
    const std::unique_ptr<HttpTransfer> transfer = std::move(*done);
    transfers_.erase(done);
    curl_multi_remove_handle(multi_, transfer->easy());
    transfer->finish(code);
  }
}

// A pipe that poll() calls writable takes PIPE_BUF bytes without blocking, whatever its flags are.
void Outbound::advance_writes(const std::vector<curl_waitfd>& ready) {
  std::array<char, PIPE_BUF> buffer;
  std::size_t index = 0;
  for (auto write = writes_.begin(); write != writes_.end() && index < ready.size(); ++index) {
    if (ready[index].revents == 0) {
      ++write;
      continue;
    }
    int error = 0;
    pollfd writable{write->fd, POLLOUT, 0};
    do {
      const std::size_t n = write->body.read(write->written, buffer);
      const ssize_t written = ::write(write->fd, buffer.data(), n);
      if (written < 0)
        error = errno == EINTR || errno == EAGAIN ? 0 : errno;
      else
        write->written += static_cast<std::size_t>(written);
    } while (error == 0 && write->written < write->body.size() && ::poll(&writable, 1, 0) > 0);
    if (error == 0 && write->written < write->body.size()) {
      ++write;
      continue;
    }
    const OnWritten on_written = std::move(write->on_written);
    write = writes_.erase(write);
    on_written(error);
  }
}

}  // namespace towline::net
