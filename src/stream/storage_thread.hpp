// The threads that wait for disks, so that no other thread does: one gives the storage of every stream its turns, the
// other one writes the cursors that these turns want to be saved.
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

  // Before start(); the storage outlives the threads, or stop().
  void add(Storage& storage);
  // Nothing to do where nothing was added.
  void start();
  // Writes everything that is pending, and ends. After the delivery thread has ended. What can't be written is tried
  // again for as long as `make_room` says that it has made the cursors let go of more. True: all of it is on disk.
  bool stop(const std::function<bool()>& make_room = {});

 private:
  // Called from any thread; what it calls for is never missed.
  class Bell {
   public:
    void ring();
    void end();
    // Until it rings, or then. False: it is the end.
    bool wait(MonoTime until);

   private:
    std::mutex mutex_;  // guards the next two
    bool rung_ = false;
    bool ended_ = false;
    std::condition_variable changed_;
  };

  void run();
  void write_cursors();
  static bool finish(const std::vector<Storage*>& storages);

  const Clock& clock_;
  std::vector<Storage*> storages_;
  Bell work_;
  Bell cursors_;
  std::thread thread_;
  std::thread cursor_thread_;
};

}  // namespace towline::stream
