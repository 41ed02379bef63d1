// Numbers in files: little-endian whatever the machine, and no reading past the end.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace towline::stream::disk {

template <std::unsigned_integral Number>
void put(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) out += static_cast<char>((std::uint64_t{value} >> (8 * i)) & 0xFFU);
}

// Takes numbers and strings off the front. Past the end it gives zeros and empty strings, and ok() turns false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral Number>
  Number take() {
    const std::string_view bytes = take(sizeof(Number));
    Number value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
      value = static_cast<Number>((std::uint64_t{value} << 8U) | static_cast<unsigned char>(bytes[i - 1]));
    return value;
  }
  std::string_view take(std::size_t bytes) {
    if (bytes > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace towline::stream::disk
