// Which records of batches that aren't settled the service has taken already, or will never take: an attempt that
// comes again leaves them out.
#pragma once

#include <cstdint>
#include <list>
#include <vector>

#include "component/batch.hpp"
#include "sinks/cloudwatch/event.hpp"

namespace towline::cloudwatch {

// It holds a byte a record, up to a limit. Beyond it the oldest is forgotten: those records are sent once more.
// One thread at a time.
class Progress {
 public:
  static constexpr std::size_t records_max = std::size_t{1} << 20U;

  explicit Progress(std::size_t limit = records_max) : limit_(limit) {}

  // What is known of a batch's records, one by one, and forgets it: a batch, or a part of one, is attempted once at a
  // time.
  std::vector<Verdict> take(const component::Batch& batch);
  // Of a batch that will come again, whole or in parts.
  void keep(const component::Batch& batch, const std::vector<Verdict>& verdicts);

  std::size_t records() const { return records_; }

 private:
  // Neighbouring records. Numbers are those of one stream; the epoch, which is random, tells streams apart.
  struct Stretch {
    std::uint64_t epoch;
    std::uint64_t first_seq;
    std::vector<Verdict> verdicts;
    std::uint64_t end_seq() const { return first_seq + verdicts.size(); }
  };

  void take(const component::Slice& slice, std::vector<Verdict>::iterator place);
  void add(Stretch stretch);

  std::size_t limit_;
  std::size_t records_ = 0;
  std::list<Stretch> stretches_;  // the oldest first
};

}  // namespace towline::cloudwatch
