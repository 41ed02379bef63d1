// One life of the daemon in the simulation, from its recovery to its death: a real Stream on a real Store over a
// simulated disk, a real Deliverer for each sink, destinations played by the choices, time moved by hand. What the
// three threads do are actions here, one after the other.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "codec/gzip.hpp"
#include "delivery/deliverer.hpp"
#include "delivery/room.hpp"
#include "simulation/oracle.hpp"
#include "simulation/planted.hpp"
#include "simulation/sim_file_system.hpp"
#include "stream/stream.hpp"

namespace towline::simulation {

struct Settings {
  Oracle::World world;
  std::uint32_t in_flight = 1;  // more than one: replies come later, in any order
  std::uint32_t batch_records = 2;
  std::uint64_t segment_bytes = 200;
  std::uint64_t max_size = 1024 * 1024;
  std::uint64_t memory = 1024 * 1024;
  stream::Durability durability = stream::Durability::power;
  bool cursors_apart = false;  // a thread of their own writes them: it is an action of its own
  bool keep = false;           // what is settled stays on the disk until its room is needed
  component::WhenFull when_full = component::WhenFull::block;
  Planted planted = Planted::nothing;
  bool fallback = false;          // each sink has one, whose destination fails by itself
  bool trace = false;             // every change of the disk is told in the story
  std::uint32_t packed_from = 0;  // chunks of this many bytes are packed; 0: none

  // How many faults of each kind one history may have.
  std::uint32_t sync_errors = 1;
  std::uint32_t replies_lost = UINT32_MAX;
  std::uint32_t flips = 1;

  // What a failed sync leaves of the file: any legal state, or all or nothing.
  bool thorough_sync_errors = false;

  // How likely a fault is where it may happen, against 100.
  std::uint32_t sync_error_weight = 10;
  std::uint32_t reply_lost_weight = 20;
  std::uint32_t reply_later_weight = 20;
  std::uint32_t unavailable_weight = 10;
};

// Everything that outlives a life.
struct Snapshot {
  Image image;
  Oracle oracle;
  std::uint64_t draws = 0;  // from the store's randomness: no epoch comes twice
  std::uint64_t fingerprint() const;
};

class World final : private SimFileSystem::Watcher {
 public:
  // Called before each change of the disk, and after each action: the power may fail now.
  using CrashPoint = std::function<void(const World&)>;

  // Recovers. A failure to start is a violation.
  World(const Settings& settings, const Snapshot& snapshot, Choices& choices, CrashPoint crash_point = {});
  ~World() override;

  // --- the actions ---
  void append();         // a chunk of one or two records; the delivery thread hands it to the storage thread at once
  void store();          // the storage thread's turn, when chunks have waited long enough
  void save();           // and when seconds have passed, so that cursors are saved, too
  void write_cursors();  // the other storage thread's turn, where cursors_apart
  void deliver();        // the delivery thread's turn
  void reply();          // one of the replies that are under way arrives
  void fill_disk();      // or makes room on it again
  void flip();           // a bit goes bad somewhere on the disk

  bool can_reply() const;
  bool can_flip() const;
  bool disk_is_full() const { return files_.is_full(); }

  // Grows with everything that is noticed outside: an action that leaves it alone did nothing.
  std::uint64_t activity() const { return activity_ + files_.calls(); }

  // What the choices answered since the last call: " (503)", " (taken, sync:EIO)", empty where nothing was asked.
  std::string take_notes();

  // Faults stop: everything is delivered, a fresh record arrives.
  void finish();
  // After that: the daemon ends as it should and starts again. It finds what it left, and has nothing to deliver.
  void restart();

  Snapshot crash(Choices& choices, std::string& story) const;
  const Disk& disk() const { return disk_; }
  const Oracle& oracle() const { return oracle_; }
  std::uint64_t draws() const { return store_random_.draws(); }
  bool is_recovering() const { return stream_ == nullptr; }
  // What a recovery has found: two that find the same are equal.
  struct Found {
    std::uint64_t end = 0;
    std::vector<stream::CursorState> cursors;
    bool operator==(const Found&) const = default;
    std::string text() const;
  };
  Found found() const;

 private:
  class Destination;
  class Letters;
  enum class Answer : std::uint8_t { taken, reply_lost, unavailable };

  // Time moves when the harness says so.
  class HandClock final : public Clock {
   public:
    MonoTime now() const override { return now_; }
    WallTime wall_now() const override { return WallTime(std::chrono::hours(500'000)) + now_.time_since_epoch(); }
    void pass(Duration time) { now_ += time; }

   private:
    MonoTime now_{std::chrono::hours(1)};
  };

  // The n-th number is a function of n alone.
  class CountedRandom final : public Random {
   public:
    explicit CountedRandom(std::uint64_t draws) : draws_(draws) {}
    std::uint64_t next() override { return SeededRandom(draws_++).next(); }
    std::uint64_t draws() const { return draws_; }

   private:
    std::uint64_t draws_;
  };

  void recover();
  delivery::Fallback fallback_of(std::uint32_t sink);
  void store_after(Duration wait);
  void tell_what_is_saved(std::uint64_t faults_before);
  bool has_room();
  void take_in();
  void pump();
  void reply_to_all();
  void check_limits();
  void check_ledger();
  void note(std::string_view what);
  void check_fresh_record_arrives();
  bool all_settled() const;
  Answer pick_answer();
  bool later();

  void before_change() override;
  bool sync_fails(bool of_folder) override;
  Choices& choices() override { return choices_; }
  void called(std::string_view operation, std::string_view name) override;
  bool thorough() const override { return settings_.thorough_sync_errors; }

  const Settings settings_;
  Choices& choices_;
  const CrashPoint crash_point_;
  Oracle oracle_;
  Disk disk_;
  SimFileSystem files_;
  PlantedFileSystem seam_;
  HandClock clock_;
  CountedRandom store_random_;
  SeededRandom random_{1};
  telemetry::Metrics metrics_;
  MemoryBudget budget_;
  codec::Compressor compressor_;
  component::DeliveryConfig config_;
  std::unique_ptr<stream::Stream> stream_;
  std::unique_ptr<Letters> letters_;
  std::vector<std::unique_ptr<Destination>> destinations_;  // of the sinks, and then of their fallbacks
  std::vector<std::unique_ptr<delivery::Deliverer>> deliverers_;
  delivery::Room room_{budget_};
  std::string notes_;
  std::uint64_t activity_ = 0;
  std::vector<std::uint64_t> uncounted_;  // of each cursor, since the recovery
  std::uint64_t faults_ = 0;              // so far in this life
  bool calm_ = false;                     // faults have stopped
  bool watched_ = true;
  bool gave_way_ = false;  // the source asked for relief, and there was no room since
};

}  // namespace towline::simulation
