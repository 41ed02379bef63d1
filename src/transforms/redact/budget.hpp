// How much work one record may make beyond one look at each of its bytes: decoding what it holds, looking at what was
// decoded, looking again at what was redacted. So the time is linear whatever is in a record.
#pragma once

#include <cstddef>

namespace towline::redact {

class Budget {
 public:
  // Bytes of work for each byte of the record, and what there is for a small one.
  static constexpr std::size_t per_byte = 16;
  static constexpr std::size_t at_least = std::size_t{64} * 1024;
  // The same for searches that a pattern makes after it has found something. Most of them read a small part of what
  // they might, and that can't be known: so there is more of it.
  static constexpr std::size_t searches_per_byte = 64;
  static constexpr std::size_t searches_at_least = std::size_t{16} * 1024 * 1024;

  void start(std::size_t record_bytes) {
    left_ = record_bytes * per_byte + at_least;
    searches_left_ = record_bytes * searches_per_byte + searches_at_least;
  }

  // False once the work is used up; from then on nothing that needs any may be shown.
  bool spend(std::size_t bytes) { return spend(bytes, left_); }
  bool spend_search(std::size_t bytes) { return spend(bytes, searches_left_); }

 private:
  static bool spend(std::size_t bytes, std::size_t& left) {
    if (bytes > left) {
      left = 0;
      return false;
    }
    left -= bytes;
    return true;
  }

  std::size_t left_ = at_least;
  std::size_t searches_left_ = searches_at_least;
};

}  // namespace towline::redact
