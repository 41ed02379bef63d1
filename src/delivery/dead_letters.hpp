// Dead letters: records that a destination will never take, set aside readable. One NDJSON line each, with sink, code,
// reason, time and the redacted record, in data_dir/dead_letters/<sink>.ndjson, bounded in size. Others may rotate, cut
// or delete the files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace towline::delivery {

class DeadLetters {
 public:
  struct Letter {
    std::string_view sink;
    int code;                 // HTTP status, 0 without
    std::string_view reason;  // "rejected", "too_large", "gave_up", ...
    std::string_view cause;   // what the destination said, without payload
    std::string_view record;  // one line of redacted NDJSON, without the newline
  };

  virtual ~DeadLetters() = default;

  // Keeps the letter. False: it could not be kept (no data_dir, the file is full or can't be written); the record is
  // then lost and the caller counts it as dropped, with the reason that why_not() names.
  virtual bool keep(const Letter& letter) = 0;
  virtual std::string_view why_not() const = 0;

  // Makes all that was kept until now durable. False: some of it is not; the next call tries again. From any thread.
  virtual bool sync() { return true; }
};

// The real one. keep() and why_not() are the delivery thread's, the others may be called on any thread.
class DeadLetterFiles final : public DeadLetters {
 public:
  // `folder` empty: nothing is kept. It is made on first use. `max_bytes` bounds each sink's letters, those that are
  // being replayed included: so there is always room to give them back.
  DeadLetterFiles(std::string folder, std::uint64_t max_bytes, const Clock& clock);

  bool keep(const Letter& letter) override;
  std::string_view why_not() const override { return why_not_; }
  bool sync() override;  // keep() isn't held up meanwhile

  // For a replay. One per sink at a time.
  struct Taken {
    std::string letters;  // the file to read; empty: there are none. It stays when the process dies, and is taken again
    std::string rest;     // the file to write those letters to that stay
  };
  // Sets the sink's letters aside; new ones go to a new file.
  Result<Taken> take(std::string_view sink);
  // Ends it: the letters in the rest (complete and synced; nothing in it: `none_stays`) and the new ones are the sink's
  // letters now, and those that were taken are removed. After an error, the taken ones are all still there. Holds
  // keep() up while the new letters are copied.
  Result<void> give_back(std::string_view sink, const Taken& taken, bool none_stays);

 private:
  struct Descriptor {
    explicit Descriptor(int opened) : fd(opened) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd;
  };
  using Shared = std::shared_ptr<const Descriptor>;  // with a sync that may still be under way
  struct File {
    Shared file;
    std::uint64_t bytes = 0;  // as found before the letter that is being written
    bool spoiled = false;     // it ends within a line that could not be taken back
  };
  // The file at the sink's path now, open, its size known; null when there can be none.
  File* file_of(std::string_view sink);
  File* open(std::string_view sink);
  std::string path_of(std::string_view sink) const;
  std::string taken_path_of(std::string_view sink) const;
  bool sync_folder() const;
  bool refuse(std::string_view why);

  std::string folder_;
  std::uint64_t max_bytes_;
  const Clock& clock_;
  std::string_view why_not_;

  std::mutex syncing_;  // one sync at a time: none may answer while another still has its files; locked before mutex_
  std::mutex mutex_;    // the files in the folder, and the members below
  std::map<std::string, File, std::less<>> files_;
  std::set<Shared> unsynced_;  // written since the last sync
  bool folder_unsynced_ = false;
};

}  // namespace towline::delivery
