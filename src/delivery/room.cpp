#include "delivery/room.hpp"

#include <algorithm>

#include "base/diagnostics.hpp"

namespace towline::delivery {

using component::WhenFull;
using stream::Loss;

namespace {

// A sink that holds less than this part of the limit isn't what fills it.
constexpr std::uint64_t least_part = 32;

}  // namespace

void Room::add(Deliverer& deliverer) {
  members_.push_back({&deliverer, std::nullopt});
}

void Room::turn() {
  requested_ |= budget_.take_request();
  std::vector<Pool> all = pools();
  for (const Pool& pool : all) end_skips(pool);
  for (Member& member : members_) lose_arrived(member);
  for (Pool& pool : all) pool.has_to_wait = somebody_to_wait_for(pool);
  tell_sources(all);
}

std::vector<Room::Pool> Room::pools() const {
  std::vector<Pool> pools;
  for (const Member& member : members_) {
    const stream::Stream& stream = member.stream();
    const bool known = std::any_of(pools.begin(), pools.end(), [&](const Pool& p) { return p.disk_of == &stream; });
    if (!stream.is_durable() || !stream.grows() || known) continue;
    const std::uint64_t followed = stream.times_followed();
    pools.push_back({&stream, followed, stream.disk_bytes(), stream.disk_max()});
  }
  pools.push_back({nullptr, 0, budget_.used(), budget_.limit()});
  return pools;
}

bool Room::Member::skips_for(const Pool& pool) const {
  if (!skip) return false;
  return skip->for_memory ? pool.disk_of == nullptr : pool.disk_of == &stream();
}

bool Room::Member::needs_below(std::uint64_t seq) const {
  const std::uint64_t mark = deliverer->cursor().mark();
  return mark < seq && deliverer->cursor().needs({mark, seq});
}

void Room::end_skips(const Pool& pool) {
  const bool has_room = pool.used < Marks(pool.limit).low;
  for (Member& member : members_) {
    if (!member.skips_for(pool)) continue;
    if (!has_room && member.bytes_held() >= member.skip->kept - member.skip->kept / 4) continue;
    member.skip.reset();
    diagnostics::info("sink.has_room", "There is room again: the sink gets what arrives",
                      {{"sink", member.deliverer->cursor().sink()}});
  }
}

void Room::lose_arrived(Member& member) {
  if (!member.skip) return;
  Skip& skip = *member.skip;
  const std::uint64_t end = member.stream().taken_in();
  if (skip.from < end) member.deliverer->lose({skip.from, end}, skip.loss);
  skip.from = end;
  const std::uint64_t no_room_from = member.stream().without_room_from();
  if (!skip.for_memory && no_room_from < end) member.deliverer->drop_from(no_room_from, skip.loss);
}

// Makes room where it is full, unless somebody is to be waited for.
bool Room::somebody_to_wait_for(const Pool& pool) {
  const Marks marks(pool.limit);
  const bool in_the_reserve =
      std::any_of(members_.begin(), members_.end(), [&](const Member& member) { return member.skips_for(pool); });
  // Sources that were stopped at the soft mark wait for the low one.
  const bool they_wait = pool.disk_of == nullptr && budget_.somebody_waits();
  if (pool.used < (in_the_reserve ? marks.high : they_wait ? marks.low : marks.soft)) {
    dropped_.erase(pool.disk_of);
    return false;
  }
  const Full full = who_is_full(pool, in_the_reserve ? marks.soft + pool.limit / 32 : marks.low);
  if (full.members.empty()) return !in_the_reserve;

  const bool is_memory = pool.disk_of == nullptr;
  const auto is_waited_for = [&](const Member* member) {
    return member->when_full() == WhenFull::block || (is_memory && member->stream().is_durable());
  };
  const auto drops_oldest = [&](const Member* member) {
    return member->when_full() == WhenFull::drop_oldest && !is_waited_for(member);
  };
  if (std::any_of(full.members.begin(), full.members.end(), is_waited_for)) {
    if (!requested_) return true;
    requested_ = false;
  } else if (std::all_of(full.members.begin(), full.members.end(), drops_oldest)) {
    drop_oldest(pool, full);
    return false;
  }
  // Where one keeps the oldest, it makes no room if another one loses them: that one's turn comes in the reserve.
  for (Member* member : full.members) {
    if (!drops_oldest(member)) begin_skip(pool, *member);
  }
  return false;
}

void Room::drop_oldest(const Pool& pool, const Full& full) {
  const auto before = dropped_.find(pool.disk_of);
  if (before != dropped_.end() && !has_taken_effect(pool, before->second)) return;
  bool any = false;
  for (Member* member : full.members) {
    const std::uint64_t version = member->deliverer->cursor().version();
    member->deliverer->drop_below(full.target);
    any |= member->deliverer->cursor().version() != version;
  }
  const stream::Stream& stream = full.members.front()->stream();
  if (any) dropped_[pool.disk_of] = {&stream, full.target, stream.times_shown()};
}

// A disk has the room when the cursor is saved, memory when the others have delivered.
bool Room::has_taken_effect(const Pool& pool, const Dropped& dropped) const {
  if (pool.disk_of != nullptr) return pool.followed > dropped.shown_before;
  return std::none_of(members_.begin(), members_.end(), [&](const Member& member) {
    return &member.stream() == dropped.stream && member.needs_below(dropped.target);
  });
}

// Among those that don't lose what arrives already. What these keep can't be had, so the oldest are counted from there.
Room::Full Room::who_is_full(const Pool& pool, std::uint64_t goal) {
  std::vector<std::pair<std::uint64_t, Member*>> holders;
  for (Member& member : members_) {
    const bool belongs = pool.disk_of == nullptr || pool.disk_of == &member.stream();
    if (belongs && !member.skip) holders.emplace_back(member.bytes_held(), &member);
  }
  const auto most = std::max_element(holders.begin(), holders.end());
  if (most == holders.end() || most->first < pool.limit / least_part) return {};
  const stream::Stream& stream = most->second->stream();
  bool others_make_room = false;
  std::erase_if(holders, [&, least = most->first / 2](const auto& holder) {
    if (holder.first >= least && &holder.second->stream() == &stream) return false;
    others_make_room |= holder.first > 0 && holder.second->deliverer->delivers();
    return true;
  });

  std::uint64_t oldest = UINT64_MAX;
  for (const auto& [bytes, member] : holders) oldest = std::min(oldest, member->deliverer->oldest_droppable());
  for (const Member& member : members_) {
    if (member.skip && &member.stream() == &stream) oldest = std::max(oldest, member.skip->from);
  }
  Full full;
  full.target = stream.seq_after(oldest, pool.used - std::min(pool.used, goal));
  // What fills the rest is under way with the others, and makes room soon: nobody loses the newest for that.
  if (others_make_room && !requested_) full.target = std::min(full.target, stream.newest(pool.limit / least_part));
  for (const auto& [bytes, member] : holders) {
    if (member->needs_below(full.target)) full.members.push_back(member);
  }
  return full;
}

void Room::begin_skip(const Pool& pool, Member& member) {
  const bool by_policy =
      member.when_full() != WhenFull::block && !(pool.disk_of == nullptr && member.stream().is_durable());
  const Loss loss = by_policy ? Loss::drop_newest : Loss::block_at_most;
  member.skip = Skip{loss, pool.disk_of == nullptr, member.stream().taken_in(), member.bytes_held()};
  diagnostics::warn("sink.full", "There is no room: the sink loses what arrives, until it has delivered some",
                    {{"sink", member.deliverer->cursor().sink()}, {"reason", to_string(loss)}});
  lose_arrived(member);
}

void Room::tell_sources(const std::vector<Pool>& pools) {
  const Pool& memory = pools.back();
  bool disk_has_to_wait = false;
  bool there_is_room = true;
  for (const Pool& pool : pools) {
    disk_has_to_wait |= pool.has_to_wait && pool.disk_of != nullptr;
    there_is_room &= pool.used < Marks(pool.limit).low;
  }
  if (there_is_room) requested_ = false;

  bool by_ceiling = false;
  bool by_policy = memory.used >= Marks(memory.limit).soft;  // some let go just now
  for (const Member& member : members_) {
    if (!member.skip) continue;
    const bool gave_way = member.skip->loss == Loss::block_at_most;
    by_ceiling |= gave_way;
    disk_has_to_wait |= gave_way && !member.skip->for_memory;  // those who didn't give way
    by_policy |= member.skip->for_memory;
  }
  using Relief = MemoryBudget::Relief;
  const bool nobody_waits = !memory.has_to_wait && !disk_has_to_wait;
  const Relief without_ceiling = by_policy && nobody_waits ? Relief::policy : Relief::none;
  budget_.set_relief(by_ceiling ? Relief::ceiling : without_ceiling, disk_has_to_wait);
}

}  // namespace towline::delivery
