#include "stream/writer.hpp"

#include <utility>

namespace towline::stream {

namespace {

// A full chunk overshoots by its last record; most fit in here, so that the buffer doesn't grow by doubling.
constexpr std::size_t slack_bytes = 8 * 1024;

}  // namespace

Writer::Writer(Options options, Stream& stream, telemetry::Instrument& accepted)
    : options_(std::move(options)), stream_(stream), accepted_(accepted) {}

std::string& Writer::begin(std::string_view dead_letter_reason) {
  current_ = dead_letter_reason.empty() ? &open_ : &dead_;
  if (dead_.dead_letter_reason != dead_letter_reason && current_ == &dead_) {
    flush(dead_);
    dead_.dead_letter_reason = dead_letter_reason;
  }
  return current_->plain;
}

void Writer::commit(MonoTime received, WallTime received_wall) {
  record::Chunk& chunk = *current_;
  if (chunk.records == 0) {
    chunk.oldest = received;
    chunk.received = received_wall;
  }
  chunk.plain.push_back('\n');
  ++chunk.records;
  accepted_.add();
  if (chunk.plain.size() >= options_.chunk_bytes || chunk.records >= options_.chunk_records) flush(chunk);
}

void Writer::flush() {
  flush(open_);
  flush(dead_);
}

void Writer::flush(record::Chunk& chunk) {
  if (chunk.records == 0) return;
  chunk.plain_bytes = static_cast<std::uint32_t>(chunk.plain.size());
  record::Chunk next;
  next.dead_letter_reason = chunk.dead_letter_reason;
  if (chunk.plain.size() < chunk.plain.capacity() / 2) {
    next.plain.swap(chunk.plain);  // keep the large buffer, hand over an exact copy
    chunk.plain.assign(next.plain);
    next.plain.clear();
  } else {
    next.plain.reserve(options_.chunk_bytes + slack_bytes);
  }
  stream_.append(std::exchange(chunk, std::move(next)));
}

}  // namespace towline::stream
