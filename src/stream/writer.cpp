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
  if (open_.dead_letter_reason != dead_letter_reason) {
    flush();
    open_.dead_letter_reason = dead_letter_reason;
  }
  return open_.plain;
}

void Writer::commit(MonoTime received) {
  if (open_.records == 0) open_.oldest = received;
  open_.plain.push_back('\n');
  ++open_.records;
  accepted_.add();
  if (open_.plain.size() >= options_.chunk_bytes || open_.records >= options_.chunk_records) flush();
}

void Writer::flush() {
  if (empty()) return;
  open_.plain_bytes = static_cast<std::uint32_t>(open_.plain.size());
  record::Chunk next;
  next.dead_letter_reason = open_.dead_letter_reason;
  if (open_.plain.size() < open_.plain.capacity() / 2) {
    next.plain.swap(open_.plain);  // keep the large buffer, hand over an exact copy
    open_.plain.assign(next.plain);
    next.plain.clear();
  } else {
    next.plain.reserve(options_.chunk_bytes + slack_bytes);
  }
  stream_.append(std::exchange(open_, std::move(next)));
}

}  // namespace towline::stream
