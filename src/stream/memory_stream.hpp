// The stream that lives in memory: a deque of chunks under one mutex that is held for a push or a pop only.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "base/memory_budget.hpp"
#include "codec/gzip.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace towline::stream {

class MemoryStream final : public Stream {
 public:
  struct Options {
    std::optional<codec::GzipLevel> packing;  // pack full chunks at this level
    std::uint32_t pack_from = 64 * 1024;      // plain bytes from which a chunk counts as full
  };

  // Everything referred to outlives the stream. `bytes` is the gauge of what it holds.
  MemoryStream(Options options, MemoryBudget& budget, codec::Compressor& compressor, telemetry::Instrument& bytes);

  void append(record::Chunk chunk) override;
  void on_append(std::function<void()> callback) override { on_append_ = std::move(callback); }
  CursorId open_cursor() override;
  bool take_in() override;
  std::shared_ptr<const record::Chunk> at(std::uint64_t seq) override;
  void settle(CursorId cursor, std::uint64_t seq) override;
  std::uint64_t end() const override;

 private:
  std::shared_ptr<record::Chunk> find(std::uint64_t seq) const;
  void pack(record::Chunk& chunk);
  void release_settled();

  Options options_;
  MemoryBudget& budget_;
  codec::Compressor& compressor_;
  telemetry::Instrument& bytes_;
  std::function<void()> on_append_;

  mutable std::mutex mutex_;  // guards the next two; a chunk that is in the deque belongs to the delivery thread
  std::deque<std::shared_ptr<record::Chunk>> chunks_;
  std::uint64_t end_ = 0;

  std::vector<std::uint64_t> settled_;  // per cursor
  std::uint64_t pack_next_ = 0;         // chunks from this record on may still want packing
};

}  // namespace towline::stream
