// A growing block of bytes that never holds two copies of itself, and that can be given back from its front: for large
// bodies that are gathered whole and then used up from the beginning.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace towline::codec {

// Pages of its own (mmap), not of the heap. At least `padding` zero bytes follow the content, for the parser.
class PageBuffer {
 public:
  static constexpr std::size_t padding = 64;

  PageBuffer() = default;
  ~PageBuffer();
  PageBuffer(const PageBuffer&) = delete;
  PageBuffer& operator=(const PageBuffer&) = delete;

  // Throws std::bad_alloc where a `new` would.
  void append(std::string_view bytes);

  std::span<char> bytes() { return {data_, size_}; }
  std::string_view view() const { return {data_, size_}; }
  std::size_t size() const { return size_; }

  // Gives back the whole pages below `offset`: their content must not be looked at any more.
  void release_before(std::size_t offset);

 private:
  void grow(std::size_t wanted);

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t released_ = 0;
};

}  // namespace towline::codec
