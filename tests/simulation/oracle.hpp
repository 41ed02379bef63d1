// What the outside world knows: which records were accepted, acknowledged, delivered, set aside; and what must hold of
// that, whatever happened in between. It is a value: a crash goes back to the knowledge of its moment.
//
// P1 what was acknowledged is delivered, set aside or counted as lost; lost only where a bit went bad or by policy
// P2 what is delivered was accepted, byte for byte
// P3 duplicates only after a fault, and never of what a checkpoint had covered
// P4 first deliveries are in order, with one request at a time and no overtaking
// P5 one idempotency key, one content, for ever
// P6 the limits of disk and memory hold
// P7 the ledger's identity
// P8 once faults stop, everything is delivered and a fresh record arrives
// P9 recovery ends, and a second recovery finds the same
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stream/cursor_state.hpp"

namespace towline::simulation {

// What should happen at least sometimes, or else the search is blind.
enum class Sometimes : std::uint8_t {
  duplicate,   // a record delivered twice
  key_reused,  // a batch again, under the same key
  torn,        // a crash tore a write
  two_crashes,
  crash_in_recovery,
  sync_error,
  disk_full,      // the disk had no room
  quota_full,     // the stream's max_size was used up
  flip_cost_one,  // a bad bit cost the records of one chunk
  flip_cost_none,
  gap_told,  // a marker was delivered
  dead_letter,
  reply_lost,
  segment_released,
  read_from_disk,
  policy_loss,
  diverted,  // a fallback took a batch
  count,
};
std::string_view to_string(Sometimes what);

class Oracle {
 public:
  // How records look, and what may be asked of deliveries.
  struct World {
    std::uint32_t sinks = 1;
    bool in_order = true;              // one request at a time, no batch overtakes one that fails
    std::uint32_t poison_every = 0;    // every n-th record is one that the destination never takes; 0: none
    std::uint32_t large_every = 0;     // every n-th record is large; 0: none
    std::uint32_t large_bytes = 1500;  // more than two sectors
    std::uint32_t bad_bits = 1;        // so many bits may go bad
  };
  explicit Oracle(World world);

  // The NDJSON line of a record, without the newline.
  std::string line_of(std::uint32_t id) const;
  bool is_poison(std::uint32_t id) const;

  // --- what happens ---

  // Records with the next ids are accepted; answers the first id.
  std::uint32_t accept(std::uint32_t records);
  // They have the numbers below `end` (and from `end - records` on).
  void numbered(std::uint32_t first_id, std::uint32_t records, std::uint64_t end);
  // All numbers below are acknowledged.
  void durable(std::uint64_t end);
  // The destination takes these lines (markers among them), whether or not its reply arrives. Key empty: there is none.
  void delivered(std::uint32_t sink, const std::string& key, const std::vector<std::string>& lines);
  // The letter is kept; the daemon may die before it knows that.
  void set_aside(std::uint32_t sink, std::string_view line);
  void reply_lost() { ++replies_lost_, saw(Sometimes::reply_lost); }
  // A checkpoint of the sink that covers all that it has been delivered is safe.
  void saved(std::uint32_t sink);
  void crashed(bool torn);
  void bit_flipped() { ++flips_; }
  void sync_failed(bool of_folder) {
    ++sync_errors_;
    removals_lost_ = removals_lost_ || of_folder;
    saw(Sometimes::sync_error);
  }
  // Files that were removed may come back for ever: no fault of the store's if the disk is fuller than it thinks.
  bool removals_lost() const { return removals_lost_; }
  void policy_may_drop() { policy_drops_ = true; }
  std::uint64_t chunk_bytes_max() const { return (world_.large_bytes + 100) * chunk_records_max; }

  void saw(Sometimes what) { seen_ |= 1U << static_cast<unsigned>(what); }
  void violated(std::string what);

  // --- at the end, when nothing is held any more ---
  void check_nothing_missing(std::uint32_t sink, const stream::Totals& totals);

  // --- questions ---
  const std::optional<std::string>& violation() const { return violation_; }
  bool has_seen(Sometimes what) const { return (seen_ >> static_cast<unsigned>(what) & 1U) != 0; }
  bool was_delivered(std::uint32_t sink, std::uint32_t id) const { return sinks_[sink].records[id].delivered > 0; }
  std::uint32_t accepted() const { return static_cast<std::uint32_t>(acknowledged_.size()); }
  std::uint32_t crashes() const { return crashes_; }
  std::uint32_t flips() const { return flips_; }
  std::uint32_t sync_errors() const { return sync_errors_; }
  std::uint32_t replies_lost() const { return replies_lost_; }

  // Of everything that a later verdict depends on.
  std::uint64_t fingerprint() const;

  static constexpr std::uint32_t chunk_records_max = 2;

 private:
  struct Fate {
    std::uint8_t delivered = 0;  // times
    bool set_aside = false;
    bool saved = false;  // a checkpoint covers it
  };
  struct Destination {
    std::vector<Fate> records;
    std::uint32_t next_first = 0;  // ids below it have been delivered, set aside or passed over
    std::map<std::string, std::uint64_t, std::less<>> keys;  // with the content's hash
  };
  struct Numbered {
    std::uint64_t end;
    std::uint32_t first_id;
    std::uint32_t records;
  };

  std::optional<std::uint32_t> id_of(std::string_view line) const;
  void check_key(std::uint32_t sink, const std::string& key, const std::vector<std::string>& lines);
  void record_delivered(std::uint32_t sink, std::uint32_t id);

  World world_;
  std::vector<bool> acknowledged_;  // by id
  std::vector<bool> at_the_end_;    // by id: was among the last acknowledged chunks when the power failed
  std::vector<Destination> sinks_;
  std::deque<Numbered> waiting_;  // of this life: numbered, not acknowledged
  std::deque<Numbered> last_;     // of this life: the last acknowledged ones, as many as bits may go bad
  std::uint32_t crashes_ = 0;
  std::uint32_t flips_ = 0;
  std::uint32_t sync_errors_ = 0;
  std::uint32_t replies_lost_ = 0;
  bool removals_lost_ = false;
  bool policy_drops_ = false;
  std::uint32_t seen_ = 0;
  std::optional<std::string> violation_;
};

}  // namespace towline::simulation
