#include "codec/framing.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.hpp"

namespace towline::codec {

namespace {

// What an empty frame points to: it has readable bytes behind it, too.
constexpr std::array<char, frame_padding> nothing{};

}  // namespace

LineFramer::LineFramer(std::size_t max_record) : max_record_(max_record) {
  CHECK(max_record > 0);
}

void LineFramer::feed(std::string_view bytes) {
  CHECK(unread_.empty());
  unread_ = bytes;
}

std::optional<Frame> LineFramer::next() {
  if (handed_over_) release();
  while (!unread_.empty()) {
    const std::size_t end = unread_.find('\n');
    const std::string_view part = unread_.substr(0, end);
    unread_.remove_prefix(end == std::string_view::npos ? unread_.size() : end + 1);

    std::optional<Frame> frame;
    if (end != std::string_view::npos && size_ == 0) {
      if (!part.empty()) frame = line(part, part.size(), part.back());
    } else {
      gather(part);
      if (end == std::string_view::npos) break;
      frame = line({gathered_.get(), kept_}, size_, last_);
      handed_over_ = frame.has_value();
      if (!handed_over_) release();
    }
    if (frame) return frame;
  }
  return std::nullopt;
}

std::optional<Frame> LineFramer::finish(std::uint64_t lost_bytes) {
  CHECK(unread_.empty());
  if (handed_over_) release();
  std::optional<Frame> frame;
  if (size_ > 0) frame = line({gathered_.get(), kept_}, size_, last_);
  if (lost_bytes > 0) {
    if (!frame) frame = Frame{std::string_view(nothing.data(), 0)};
    frame->fault = FrameFault::truncated;
    frame->lost_bytes += lost_bytes;
  }
  handed_over_ = true;
  return frame;
}

// `kept` is the beginning of a line of `size` bytes, and is longer than the limit if the line is. A CR counts as a part
// of the line end only where the line ends, which is why its last byte is known even if it was not kept.
std::optional<Frame> LineFramer::line(std::string_view kept, std::uint64_t size, char last) const {
  const std::uint64_t length = last == '\r' ? size - 1 : size;
  if (length == 0) return std::nullopt;
  if (length > max_record_) return Frame{kept.substr(0, max_record_), FrameFault::too_long, length - max_record_};
  return Frame{kept.substr(0, length)};
}

void LineFramer::gather(std::string_view part) {
  if (part.empty()) return;
  size_ += part.size();
  last_ = part.back();

  const std::size_t limit = max_record_ + 1;
  const std::string_view keep = part.substr(0, limit - kept_);
  if (keep.empty()) return;
  const std::size_t needed = kept_ + keep.size() + frame_padding;
  if (needed > capacity_) {
    capacity_ = std::min(std::max(needed, 2 * capacity_), limit + frame_padding);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (kept_ > 0) std::memcpy(larger.get(), gathered_.get(), kept_);
    gathered_ = std::move(larger);
  }
  std::memcpy(gathered_.get() + kept_, keep.data(), keep.size());
  kept_ += keep.size();
}

// Idle connections hold no buffer. One allocation for each line that spans reads is small beside the read itself.
void LineFramer::release() {
  gathered_.reset();
  capacity_ = kept_ = 0;
  size_ = 0;
  handed_over_ = false;
}

}  // namespace towline::codec
