// A value that must never be shown: a token, a password. It can't be streamed, formatted or compared with text,
// and it overwrites its bytes when it goes away. `reveal()` is for the one line that puts it on the wire.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace towline {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(other.value_) { other.wipe(); }  // copies: a small string can't be moved
  Secret& operator=(Secret other) noexcept {
    value_.swap(other.value_);
    return *this;
  }
  ~Secret() { wipe(); }

  std::string_view reveal() const { return value_; }  // ends in a NUL byte behind its last one
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  void wipe() noexcept;

  std::string value_;
};

// Takes the same time wherever the first difference is.
bool equals_in_constant_time(const Secret& secret, std::string_view text);

}  // namespace towline
