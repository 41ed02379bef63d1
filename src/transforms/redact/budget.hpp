// How much work one record may make beyond one look at each of its bytes: decoding what it holds, looking at what was
// decoded, looking again at what was redacted. So the time is linear whatever is in a record.
#pragma once

#include <cstddef>

namespace towline::redact {

class Budget {
 public:
  static constexpr std::size_t per_byte = 16;  // bytes of work for each byte of the record,
  static constexpr std::size_t at_least = std::size_t{64} * 1024;

  void start(std::size_t record_bytes) { left_ = record_bytes * per_byte + at_least; }

  // False once the work is used up; from then on nothing that needs any may be shown.
  bool spend(std::size_t bytes) {
    if (bytes > left_) {
      left_ = 0;
      return false;
    }
    left_ -= bytes;
    return true;
  }

 private:
  std::size_t left_ = at_least;
};

}  // namespace towline::redact
