// The thread that waits for disks, so that no other thread does: it gives the storage of every stream its turns.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "stream/storage.hpp"

namespace towline::stream {

class StorageThread {
 public:
  explicit StorageThread(const Clock& clock) : clock_(clock) {}
  ~StorageThread() { stop(); }
  StorageThread(const StorageThread&) = delete;
  StorageThread& operator=(const StorageThread&) = delete;

  // Before start(); the storage outlives the thread, or stop().
  void add(Storage& storage);
  // Nothing to do where nothing was added.
  void start();
  // Any thread: a storage has work.
  void wake();
  // Writes everything that is pending, and ends. After the delivery thread has ended. What can't be written is tried
  // again for as long as `make_room` says that it has made the cursors let go of more. True: all of it is on disk.
  bool stop(const std::function<bool()>& make_room = {});

 private:
  void run();
  static bool finish(const std::vector<Storage*>& storages);

  const Clock& clock_;
  std::vector<Storage*> storages_;
  std::mutex mutex_;  // guards the next two
  bool woken_ = false;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace towline::stream
