// Gathers the records of one ingest shard into chunks for a stream. A chunk is handed over when it is full, or when
// its first record has lingered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace towline::stream {

// Used on its shard's thread.
class Writer {
 public:
  struct Options {
    std::uint32_t chunk_bytes = 256 * 1024;  // plain bytes at which a chunk is full
    std::uint64_t chunk_records = UINT64_MAX;
    std::string time_field;  // what a record without a time gets; empty: nothing
  };

  // `accepted` counts the records; it and the stream outlive the writer.
  Writer(Options options, Stream& stream, telemetry::Instrument& accepted);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  const std::string& time_field() const { return options_.time_field; }

  // Where the next record is written. `dead_letter_reason` not empty: the record goes to the dead letters.
  std::string& begin(std::string_view dead_letter_reason);
  // What has been written since begin() is one record; adds the newline.
  void commit(MonoTime received, WallTime received_wall);

  // Where its chunks go.
  const Stream& stream() const { return stream_; }

  bool empty() const { return open_.records == 0 && dead_.records == 0; }
  void flush();

 private:
  void flush(record::Chunk& chunk);

  Options options_;
  Stream& stream_;
  telemetry::Instrument& accepted_;
  record::Chunk open_;
  record::Chunk dead_;  // dead letters have chunks of their own: one bad line between two good ones cuts no batch
  record::Chunk* current_ = &open_;
};

}  // namespace towline::stream
