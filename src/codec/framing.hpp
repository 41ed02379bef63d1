// Newline framing: turns the bytes of a stream (or of one datagram) into frames, one for each line.
// LF ends a line, a CR before it belongs to the line end, blank lines are skipped, and a line that is longer than the
// limit costs only itself. It does not look inside a line: whether it is JSON is for record/ to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "record/limits.hpp"

namespace towline::codec {

// Why a frame can't be a record as it stands.
enum class FrameFault : std::uint8_t {
  none,
  too_long,   // longer than the limit: `bytes` is its beginning, `lost_bytes` counts what is missing
  truncated,  // the last frame of a datagram that the kernel cut (MSG_TRUNC); `lost_bytes` counts what is missing
  cut,        // we ended the connection before the line did: it may be whole, or anything of it may be missing
};

struct Frame {
  std::string_view bytes;  // without the line end; frame_padding bytes after it are readable
  FrameFault fault = FrameFault::none;
  std::uint64_t lost_bytes = 0;
};

// The parser reads in blocks, so it may look (not more) at this many bytes behind a frame.
inline constexpr std::size_t frame_padding = record::padding;

// One per stream; not thread-safe. Use:
//
//   framer.feed(bytes);                                    // frame_padding readable bytes follow them
//   while (auto frame = framer.next()) intake.accept(*frame);
//   ...
//   if (auto frame = framer.finish()) intake.accept(*frame);   // at the end of the stream
//
// However the same bytes are split into reads, the frames are the same. A frame points into the bytes of the read where
// it can, so that nothing is copied; only a line that spans reads is gathered, in a buffer that is given back as soon
// as the line is handed over. The memory stays below 2 x (max_record + frame_padding + 1), also for an endless line.
class LineFramer {
 public:
  // `max_record`: the longest line in bytes, without its end; at least 1.
  explicit LineFramer(std::size_t max_record);

  // Takes the bytes of one read. They stay valid and unchanged until next() has given nothing.
  void feed(std::string_view bytes);

  // The next line, or nothing when the read is used up. The frame is valid until the next call.
  std::optional<Frame> next();

  // The end of the stream: what is left of a line, if anything, is the last frame; then the framer is as new.
  // `lost_bytes`: how much the kernel cut off a datagram. If it isn't 0 there is always a last frame, and it is
  // `truncated`: with no bytes where the cut fell between two lines.
  std::optional<Frame> finish(std::uint64_t lost_bytes = 0);

  // Memory that a line takes which isn't whole yet. After next() has given nothing.
  std::size_t gathered_bytes() const { return capacity_; }

 private:
  void gather(std::string_view part);
  void release();
  std::optional<Frame> line(std::string_view kept, std::uint64_t size, char last) const;

  std::size_t max_record_;
  std::string_view unread_;  // what is left of the read

  // A line that spans reads: its first bytes (at most max_record_ + 1: one may be a CR), how long it is so far, kept or
  // not, and its last byte so far.
  std::unique_ptr<char[]> gathered_;
  std::size_t capacity_ = 0;
  std::size_t kept_ = 0;
  std::uint64_t size_ = 0;
  char last_ = '\0';
  bool handed_over_ = false;  // the last frame lies in gathered_
};

}  // namespace towline::codec
