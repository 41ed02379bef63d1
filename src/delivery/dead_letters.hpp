// Dead letters: records that a destination will never take, set aside readable. One NDJSON line each, with sink, code,
// reason, time and the redacted record, in data_dir/dead_letters/<sink>.ndjson, bounded in size. Others may rotate, cut
// or delete the files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"

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
};

// The real one; used on the delivery thread.
class DeadLetterFiles final : public DeadLetters {
 public:
  // `folder` empty: nothing is kept. It is made on first use. `max_bytes` bounds each sink's file.
  DeadLetterFiles(std::string folder, std::uint64_t max_bytes, const Clock& clock);
  ~DeadLetterFiles() override;

  bool keep(const Letter& letter) override;
  std::string_view why_not() const override { return why_not_; }

 private:
  struct File {
    int fd = -1;
    std::uint64_t bytes = 0;  // as found before the letter that is being written
    bool spoiled = false;     // it ends within a line that could not be taken back
  };
  // The file at the sink's path now, open, its size known; null when there can be none.
  File* file_of(std::string_view sink);
  File* open(std::string_view sink);
  std::string path_of(std::string_view sink) const;
  bool refuse(std::string_view why);

  std::string folder_;
  std::uint64_t max_bytes_;
  const Clock& clock_;
  std::map<std::string, File, std::less<>> files_;
  std::string_view why_not_;
};

}  // namespace towline::delivery
