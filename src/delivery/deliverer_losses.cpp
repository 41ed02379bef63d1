// The part of the deliverer that lets records go: what a sink loses when there is no room, and what is left at the end.
#include <algorithm>
#include <utility>

#include "base/diagnostics.hpp"
#include "delivery/deliverer.hpp"

namespace towline::delivery {

using stream::Range;

namespace {

Range range_of(const component::Batch& batch) {
  return {batch.first_seq, batch.slices.back().end_seq()};
}

}  // namespace

std::uint64_t Deliverer::oldest_droppable() const {
  std::uint64_t oldest = batcher_.taken_below();
  waiting_.each([&](const Job& job) {
    if (!job.gap) oldest = std::min(oldest, job.batch.first_seq);
  });
  return oldest;
}

void Deliverer::drop_below(std::uint64_t seq) {
  constexpr stream::Loss loss = stream::Loss::drop_oldest;
  const std::uint64_t before = cursor_.totals().dropped[std::string(to_string(loss))];
  waiting_.remove_if([&](const Job& job) { return !job.gap && job.batch.first_seq < seq && lose(job.batch, loss); });
  const Range open{batcher_.taken_below(), batcher_.read_below()};
  if (open.size() > 0 && open.begin < seq && lose(batcher_.open(), loss)) batcher_.forget_open();
  if (open.end < seq) lose({open.end, seq}, loss);

  const std::uint64_t dropped = cursor_.totals().dropped[std::string(to_string(loss))] - before;
  if (dropped == 0) return;
  diagnostics::warn("sink.dropped_oldest", "There is no room: the sink loses its oldest records (when_full)",
                    {{"sink", parts_.sink_id}, {"records", dropped}});
}

void Deliverer::drop_from(std::uint64_t seq, stream::Loss loss) {
  waiting_.remove_if(
      [&](const Job& job) { return !job.gap && range_of(job.batch).end > seq && lose(job.batch, loss); });
  const Range open{batcher_.taken_below(), batcher_.read_below()};
  if (open.size() > 0 && open.end > seq && lose(batcher_.open(), loss)) batcher_.forget_open();
  const Range unread{std::max(seq, open.end), parts_.stream.taken_in()};
  if (unread.begin < unread.end) lose(unread, loss);
}

// Only what no batch holds is looked up in the stream: what the disk can't give any more is lost from there on, and
// that must not reach the records of a batch.
bool Deliverer::lose(Range range, stream::Loss loss) {
  const WallTime from = received_at(range.begin);
  const WallTime to = received_at(range.end - 1);
  return lose(range, loss, from, to);
}

bool Deliverer::lose(const component::Batch& batch, stream::Loss loss) {
  const WallTime from = batch.slices.front().chunk->received;
  const WallTime to = batch.slices.back().chunk->received;
  return lose(range_of(batch), loss, from, to);
}

// All or nothing, because a batch can't be sent in part. False: there are too many gaps to tell of.
bool Deliverer::lose(Range range, stream::Loss loss, WallTime from, WallTime to) {
  std::size_t pieces = 0;
  for (std::uint64_t seq = range.begin; seq < range.end; ++pieces) {
    seq = stream::next_needed(cursor_.state(), seq).end;
  }
  if (pieces > 1 && cursor_.state().gaps.size() + pieces > stream::Cursor::gaps_max) return false;
  return cursor_.lose(range, loss, from, to);
}

WallTime Deliverer::received_at(std::uint64_t seq) {
  const stream::ChunkPtr chunk = cursor_.needs({seq, seq + 1}) ? parts_.stream.at(cursor_, seq) : nullptr;
  return chunk == nullptr ? WallTime{} : chunk->received;
}

void Deliverer::abandon_attempts() {
  for (auto& [attempt, job] : under_way_) waiting_.add(std::move(job));
  under_way_.clear();
  for (auto& [attempt, diverted] : diverted_) waiting_.add(std::move(diverted.job));
  diverted_.clear();
}

// What is held below it is found again by the next process.
std::uint64_t Deliverer::on_disk_below() const {
  return parts_.stream.is_durable() ? parts_.stream.durable_end() : 0;
}

void Deliverer::each_left(const VisitRecord& visit) {
  std::uint64_t seq = on_disk_below();
  for (;;) {
    const Range needed = stream::next_needed(cursor_.state(), seq);
    const stream::ChunkPtr chunk = parts_.stream.at(cursor_, needed.begin);
    if (chunk == nullptr) return;
    const Range found{std::max(needed.begin, chunk->first_seq), std::min(needed.end, chunk->end_seq())};
    seq = std::max(needed.begin + 1, found.end);
    if (found.begin >= found.end) continue;
    const auto first = static_cast<std::uint32_t>(found.begin - chunk->first_seq);
    each_record({{chunk, first, static_cast<std::uint32_t>(found.size())}}, visit);
  }
}

}  // namespace towline::delivery
