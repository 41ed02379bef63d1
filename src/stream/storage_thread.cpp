#include "stream/storage_thread.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace towline::stream {

namespace {

std::thread named(const char* name, std::function<void()> run) {
  return std::thread([name, run = std::move(run)] {
    pthread_setname_np(pthread_self(), name);
    run();
  });
}

}  // namespace

void StorageThread::Bell::ring() {
  {
    const std::lock_guard lock(mutex_);
    rung_ = true;
  }
  changed_.notify_one();
}

void StorageThread::Bell::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
}

bool StorageThread::Bell::wait(MonoTime until) {
  std::unique_lock lock(mutex_);
  const auto called = [this] { return rung_ || ended_; };
  if (until == MonoTime::max()) {
    changed_.wait(lock, called);
  } else {
    changed_.wait_until(lock, until, called);
  }
  rung_ = false;
  return !ended_;
}

void StorageThread::add(Storage& storage) {
  storage.on_work([this] { work_.ring(); });
  storages_.push_back(&storage);
}

void StorageThread::start() {
  if (storages_.empty()) return;
  for (Storage* storage : storages_) storage->on_cursors([this] { cursors_.ring(); });
  cursor_thread_ = named("cursors", [this] { write_cursors(); });
  thread_ = named("storage", [this] { run(); });
}

bool StorageThread::stop(const std::function<bool()>& make_room) {
  if (thread_.joinable()) {
    work_.end();
    thread_.join();
    cursors_.end();
    cursor_thread_.join();
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
  MonoTime next = MonoTime::min();
  do {
    next = MonoTime::max();
    for (Storage* storage : storages_) next = std::min(next, storage->turn(clock_.now()));
  } while (work_.wait(next));
}

void StorageThread::write_cursors() {
  while (cursors_.wait(MonoTime::max())) {
    for (Storage* storage : storages_) storage->write_cursors();
  }
}

}  // namespace towline::stream
