// What happens when the memory or a disk is full: who fills it, and what that sink loses so that the others go on, or
// that the sources have to wait. A pure policy over all deliverers; it is asked once in each turn of the loop.
//
// Memory and every disk have two marks (Marks in base/memory_budget.hpp). At the soft one, those are full who hold the
// oldest eighth, and at least half of what the one holds that holds most. What then happens says their `when_full`.
// A sink that loses what arrives keeps what it has, unless the disk has no room for that, either; the last eighth is
// for the others, and when they use it up, they are treated in the same way. Where somebody is to be waited for
// (block), all sources wait, until one of them has waited for as long as it may. Where a stream has a disk, its limit
// is the disk, and memory is only on the way to it: no sink loses anything by drop_oldest or drop_newest because a disk
// is slow. The disk of a stream that doesn't grow needs no room, however full it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/memory_budget.hpp"
#include "delivery/deliverer.hpp"
#include "stream/stream.hpp"

namespace towline::delivery {

// Used on the delivery thread.
class Room {
 public:
  explicit Room(MemoryBudget& budget) : budget_(budget) {}

  void add(Deliverer& deliverer);

  // After the streams have taken in what has arrived, before the deliverers' turns.
  void turn();

 private:
  // What is shared out: the memory, or the disk of one stream.
  struct Pool {
    const stream::Stream* disk_of;  // null: the memory
    std::uint64_t followed;         // a disk: Stream::times_followed(), from before it was looked how full it is
    std::uint64_t used;
    std::uint64_t limit;
    bool has_to_wait = false;  // it is full, and somebody is to be waited for
  };
  // The sink loses what arrives, and what has arrived before and finds no room on its disk.
  struct Skip {
    stream::Loss loss;
    bool for_memory;     // else for its stream's disk
    std::uint64_t from;  // what is taken in behind this number is lost
    std::uint64_t kept;  // bytes that it held when it began
  };
  struct Member {
    Deliverer* deliverer;
    std::optional<Skip> skip;

    stream::Stream& stream() const { return deliverer->stream(); }
    component::WhenFull when_full() const { return deliverer->config().when_full; }
    std::uint64_t bytes_held() const { return stream().bytes_held(deliverer->cursor()); }
    bool needs_below(std::uint64_t seq) const;
    bool skips_for(const Pool& pool) const;
  };
  // The last time that somebody lost the oldest. It takes effect later, and until then one drop is enough.
  struct Dropped {
    const stream::Stream* stream;
    std::uint64_t target;
    std::uint64_t shown_before;  // a disk: Stream::times_shown() when it was dropped
  };
  // Who fills a pool, and up to which record they have to let go.
  struct Full {
    std::vector<Member*> members;
    std::uint64_t target = 0;
  };

  std::vector<Pool> pools() const;
  void end_skips(const Pool& pool);
  static void lose_arrived(Member& member);
  bool somebody_to_wait_for(const Pool& pool);
  void drop_oldest(const Pool& pool, const Full& full);
  bool has_taken_effect(const Pool& pool, const Dropped& dropped) const;
  Full who_is_full(const Pool& pool, std::uint64_t goal);
  void begin_skip(const Pool& pool, Member& member);
  void tell_sources(const std::vector<Pool>& pools);

  MemoryBudget& budget_;
  std::vector<Member> members_;
  bool requested_ = false;                            // a source has waited for as long as it may
  std::map<const stream::Stream*, Dropped> dropped_;  // by Pool::disk_of
};

}  // namespace towline::delivery
