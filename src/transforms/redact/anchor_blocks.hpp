// A text in blocks of 64 bytes, for those that can't read a part of a block. As anchors reach into the next block, the
// last ones are those of a copy that is filled up with zeros, which are part of no shape.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "transforms/redact/anchors.hpp"

namespace towline::redact {

class AnchorBlocks {
 public:
  // The text outlives this.
  explicit AnchorBlocks(std::string_view text)
      : text_(text.data()),
        inside_(text.size() < anchor_size - 1 ? 0 : (text.size() - (anchor_size - 1)) / block_size),
        count_(blocks_of(text)) {
    const std::string_view rest = text.substr(inside_ * block_size);
    rest.copy(tail_.data(), rest.size());
  }

  std::size_t count() const { return count_; }
  // anchor_size - 1 bytes more than a block can be read.
  const char* block(std::size_t i) const {
    return i < inside_ ? text_ + i * block_size : tail_.data() + (i - inside_) * block_size;
  }

 private:
  const char* text_;
  std::size_t inside_;
  std::size_t count_;
  std::array<char, 2 * block_size + anchor_size - 1> tail_{};
};

}  // namespace towline::redact
