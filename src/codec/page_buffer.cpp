#include "codec/page_buffer.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "record/limits.hpp"

namespace towline::codec {

static_assert(PageBuffer::padding >= record::padding);

namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t capacity_min = 16 * page_bytes;  // address space: what isn't written costs no memory

constexpr std::size_t whole_pages(std::size_t bytes) {
  return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

}  // namespace

PageBuffer::~PageBuffer() {
  if (data_ != nullptr) ::munmap(data_, capacity_);
}

void PageBuffer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t wanted = size_ + bytes.size() + padding;
  if (wanted > capacity_) grow(wanted);
  std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

// The kernel moves page tables, not bytes.
void PageBuffer::grow(std::size_t wanted) {
  const std::size_t capacity = whole_pages(std::max({wanted, 2 * capacity_, capacity_min}));
  void* const grown = data_ == nullptr
                          ? ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                          : ::mremap(data_, capacity_, capacity, MREMAP_MAYMOVE);
  if (grown == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<char*>(grown);
  capacity_ = capacity;
}

void PageBuffer::release_before(std::size_t offset) {
  const std::size_t end = std::min(offset, size_) / page_bytes * page_bytes;
  if (end <= released_) return;
  ::madvise(data_ + released_, end - released_, MADV_DONTNEED);
  released_ = end;
}

}  // namespace towline::codec
