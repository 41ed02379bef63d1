#include "component/encode.hpp"

#include <cstring>

#include "base/check.hpp"

namespace towline::component {

namespace {

// Slices that are not packed whole are gathered until this much is there: small segments compress badly.
constexpr std::size_t run_bytes = 256 * 1024;

// The byte offset behind `records` lines of NDJSON.
std::size_t skip_lines(std::string_view ndjson, std::uint32_t records) {
  std::size_t at = 0;
  for (; records > 0; --records) {
    const std::size_t newline = ndjson.find('\n', at);
    CHECK(newline != std::string_view::npos);
    at = newline + 1;
  }
  return at;
}

// Writes one gzip member out of packed chunks and runs of plain text.
class GzipBuilder {
 public:
  GzipBuilder(codec::Compressor& compressor, codec::GzipLevel level) : compressor_(compressor), level_(level) {
    body_.add_static(codec::gzip_header());
  }

  void splice(std::shared_ptr<const record::Chunk> chunk) {
    end_run();
    trailer_.add(chunk->packed);
    const std::string_view bytes = chunk->packed.deflate;
    body_.add(std::move(chunk), bytes);
  }

  void compress(std::string_view plain) {
    run_ += plain;
    if (run_.size() >= run_bytes) end_run();
  }

  codec::Body finish() && {
    end_run();
    body_.add(trailer_.finish());
    return std::move(body_);
  }

 private:
  void end_run() {
    if (run_.empty()) return;
    record::Segment segment = compressor_.compress(run_, level_);
    trailer_.add(segment);
    body_.add(std::move(segment.deflate));
    run_.clear();
  }

  codec::Compressor& compressor_;
  codec::GzipLevel level_;
  codec::Body body_;
  codec::GzipTrailer trailer_;
  std::string run_;
};

}  // namespace

std::string_view plain_of(const Slice& slice, std::string& scratch) {
  const std::string_view all = codec::plain_of(*slice.chunk, scratch);
  if (slice.whole()) return all;
  const std::size_t begin = skip_lines(all, slice.first);
  const std::size_t length = skip_lines(all.substr(begin), slice.records);
  return all.substr(begin, length);
}

codec::Body encode_gzip(const Batch& batch, codec::Compressor& compressor, codec::GzipLevel level) {
  GzipBuilder builder(compressor, level);
  std::string scratch;
  for (const Slice& slice : batch.slices) {
    if (slice.whole() && slice.chunk->is_packed()) {
      builder.splice(slice.chunk);
    } else {
      builder.compress(plain_of(slice, scratch));
    }
  }
  return std::move(builder).finish();
}

codec::Body encode_plain(const Batch& batch) {
  codec::Body body;
  for (const Slice& slice : batch.slices) {
    std::string scratch;
    const std::string_view plain = plain_of(slice, scratch);
    if (slice.chunk->is_packed()) {
      body.add(std::string(plain));
    } else {
      body.add(slice.chunk, plain);
    }
  }
  return body;
}

}  // namespace towline::component
