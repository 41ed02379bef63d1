#include "stream/storage_thread.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace towline::stream {

void StorageThread::add(Storage& storage) {
  storage.on_work([this] { wake(); });
  storages_.push_back(&storage);
}

void StorageThread::start() {
  if (storages_.empty()) return;
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "storage");
    run();
  });
}

void StorageThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

bool StorageThread::stop(const std::function<bool()>& make_room) {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  const std::vector<Storage*> storages = std::exchange(storages_, {});
  bool all = finish(storages);
  while (!all && make_room && make_room()) all = finish(storages);
  return all;
}

bool StorageThread::finish(const std::vector<Storage*>& storages) {
  bool all = true;
  for (Storage* storage : storages) all = storage->finish() && all;
  return all;
}

void StorageThread::run() {
  for (;;) {
    MonoTime next = MonoTime::max();
    for (Storage* storage : storages_) next = std::min(next, storage->turn(clock_.now()));
    std::unique_lock lock(mutex_);
    const auto called = [this] { return woken_ || stopping_; };
    if (next == MonoTime::max()) {
      wake_.wait(lock, called);
    } else {
      wake_.wait_until(lock, next, called);
    }
    if (stopping_) return;
    woken_ = false;
  }
}

}  // namespace towline::stream
