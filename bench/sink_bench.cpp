// What sinks do to a record before it is sent: the cloudwatch sink's encoding beside that of the sinks that send NDJSON
// (betterstack, http), in nanoseconds per record and byte. The last line has the ratio of both, and that of the whole
// path of a record, parsing and writing included, which both share. Run it on a quiet machine.
#include <malloc.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/sigv4.hpp"
#include "codec/gzip.hpp"
#include "component/encode.hpp"
#include "corpus.hpp"
#include "sinks/cloudwatch/cut.hpp"
#include "sinks/cloudwatch/events.hpp"
#include "sinks/cloudwatch/put_body.hpp"
#include "timing.hpp"

namespace {

using namespace towline;

constexpr std::size_t chunk_bytes = 256 * 1024;

// The corpus as a stream holds it: the time first, chunks of 256 KiB.
component::Batch make_batch(const bench::Corpus& corpus, WallTime now) {
  component::Batch batch;
  std::shared_ptr<record::Chunk> chunk;
  record::Record record;
  for (const std::string_view line : corpus.lines) {
    if (!chunk || chunk->plain.size() >= chunk_bytes) {
      chunk = std::make_shared<record::Chunk>();
      chunk->first_seq = batch.records;
      chunk->received = now;
      batch.slices.push_back({chunk, 0, 0});
    }
    (void)record.parse(line, now);
    record.ensure_time("dt");
    record.write(chunk->plain);
    chunk->plain += '\n';
    ++chunk->records;
    ++batch.slices.back().records;
    ++batch.records;
  }
  return batch;
}

std::size_t ndjson(const component::Batch& batch, codec::Compressor& compressor) {
  return component::encode_gzip(batch, compressor, codec::GzipLevel::fast).size();
}

class CloudWatch {
 public:
  explicit CloudWatch(WallTime now) : now_(now) {
    config_.group.text = *record::Template::parse("/bench");
    facts_.set("host.name", "bench");
    reader_.emplace(config_, facts_);
  }

  std::size_t encode(const component::Batch& batch, codec::Compressor& compressor) {
    cloudwatch::Attempt attempt(batch, std::vector<cloudwatch::Verdict>(batch.records), [](const auto&) {});
    std::size_t bytes = 0;
    for (auto& [destination, events] : reader_->read(attempt, {now_})) {
      cloudwatch::Waiting waiting;
      cloudwatch::add_sorted(waiting, std::move(events));
      while (!waiting.empty()) bytes += call(destination, cloudwatch::cut(waiting, true), compressor);
    }
    return bytes;
  }

 private:
  std::size_t call(const cloudwatch::Destination& destination, const std::vector<cloudwatch::Event>& events,
                   codec::Compressor& compressor) {
    std::size_t bytes = 0;
    aws::Sha256 hash;
    body_.write(destination, events, [&](std::string_view piece) {
      const record::Segment segment = compressor.compress(piece, codec::GzipLevel::fast);
      hash.add(segment.deflate);
      bytes += segment.deflate.size();
    });
    return bytes + hash.hex().size();
  }

  WallTime now_;
  cloudwatch::CloudWatchConfig config_;
  Facts facts_;
  std::optional<cloudwatch::EventReader> reader_;
  cloudwatch::PutBody body_;
};

}  // namespace

int main() {
  mallopt(M_MMAP_THRESHOLD, 1024 * 1024);  // as the daemon has it
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  const bench::Corpus corpus = bench::make_corpus(8'000'000, false);
  const WallTime now = SystemClock().wall_now();
  const component::Batch batch = make_batch(corpus, now);
  codec::Compressor compressor;
  CloudWatch cloudwatch(now);
  std::size_t sent = 0;
  const std::array<double, 2> seconds{bench::best_of(12, [&] { sent += ndjson(batch, compressor); }),
                                      bench::best_of(12, [&] { sent += cloudwatch.encode(batch, compressor); })};
  const std::array<const char*, 2> names{"NDJSON, gzip", "cloudwatch, gzip"};
  const auto bytes = static_cast<double>(corpus.text.size());
  std::printf("%u records, %.0f bytes each, %.1f MB sent in all\n", batch.records, bytes / batch.records,
              static_cast<double>(sent) / 1e6);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::printf("%-20s %7.0f ns a record  %5.2f ns/B\n", names[i], seconds[i] * 1e9 / batch.records,
                seconds[i] * 1e9 / bytes);
  }
  const double shared = bench::best_of(12, [&] { make_batch(corpus, now); });
  std::printf("ratio %.2f, of the whole path %.2f\n", seconds[1] / seconds[0],
              (shared + seconds[1]) / (shared + seconds[0]));
  return 0;
}
