// The delivery half of the daemon: streams, sinks and the thread that moves records from one to the other.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/config.hpp"
#include "app/stream_folders.hpp"
#include "app/stream_plan.hpp"
#include "base/facts.hpp"
#include "base/memory_budget.hpp"
#include "base/random.hpp"
#include "codec/gzip.hpp"
#include "component/sink.hpp"
#include "delivery/dead_letters.hpp"
#include "delivery/deliverer.hpp"
#include "delivery/loop.hpp"
#include "net/outbound.hpp"
#include "stream/storage_thread.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace towline::app {

// Built, started and joined by the main thread; in between everything but streams() and status() belongs to its
// threads.
class DeliverySide {
 public:
  // Opens what earlier runs left on disk. Everything referred to outlives it.
  DeliverySide(const RootConfig& config, const std::vector<StreamPlan>& plans, const Facts& facts,
               telemetry::Metrics& metrics, MemoryBudget& budget, const Clock& clock);
  ~DeliverySide();  // gives up what is still held
  DeliverySide(const DeliverySide&) = delete;
  DeliverySide& operator=(const DeliverySide&) = delete;

  // What went wrong when the streams were opened: another process has them, or the folder can't be made.
  const Result<void>& opened() const { return opened_; }

  // One per plan, in their order.
  const std::vector<std::unique_ptr<stream::Stream>>& streams() const { return streams_; }
  // Where the sink's dead letters go back to; null where streams live in memory.
  stream::Stream* replay_stream(const std::string& sink) const;
  delivery::DeadLetterFiles& dead_letters() { return dead_letters_; }
  bool in_memory() const { return folders_.in_memory(); }

  void start();
  // See delivery::Loop.
  void hurry() { loop_.hurry(); }
  void drain(MonoTime deadline) { loop_.drain(deadline); }
  bool finished() const { return finished_; }
  // Ends the delivery thread's life, after drain(), and then the storage thread's: what is held goes to the disk.
  // True: all of it is there.
  bool join();

  std::vector<delivery::Loop::SinkStatus> status() const { return loop_.status(); }
  std::uint64_t held() const;  // records, of all sinks together
  // Streams whose disk doesn't take records.
  std::vector<std::string> unwell_streams() const;
  void set_stream_metrics() const;

  // After join(): what is held and on no disk, as NDJSON, to the descriptor.
  void write_left(int descriptor);

 private:
  // `id`: its name where it has no folder.
  std::unique_ptr<stream::Stream> open_stream(const std::string& id, StreamFolders::Opened storage,
                                              const std::vector<std::size_t>& sinks,
                                              std::uint32_t chunk_bytes = UINT32_MAX);
  std::unique_ptr<stream::Stream> make_stream(const std::string& id, stream::Stream::Options options,
                                              std::unique_ptr<stream::Storage> storage);
  void add_earlier_streams(const RootConfig& config);
  bool add_earlier_readers(const RootConfig& config, stream::Stream& stream);
  void add_replay_streams(const RootConfig& config);
  void each_stream(const std::function<void(const stream::Stream&)>& visit) const;
  delivery::Fallback fallback_of(const ConfiguredSink& config);
  void add_deliverer(const ConfiguredSink& config, component::Sink& sink, stream::Stream& stream,
                     bool is_replay = false);

  const RootConfig& config_;
  telemetry::Metrics& metrics_;
  MemoryBudget& budget_;
  const Clock& clock_;
  net::Outbound outbound_;
  codec::Compressor compressor_;
  SeededRandom random_;
  StreamFolders folders_;
  Result<void> opened_;
  delivery::DeadLetterFiles dead_letters_;
  delivery::Loop loop_;
  stream::StorageThread storage_thread_;
  std::map<std::string, std::shared_ptr<MonoTime>> delivered_at_;          // of sinks with a fallback
  std::vector<std::unique_ptr<component::Sink>> sinks_;                    // in the order of the configuration
  std::vector<std::unique_ptr<stream::Stream>> streams_;                   // of the plans
  std::vector<std::unique_ptr<stream::Stream>> earlier_streams_;           // nobody appends to them any more
  std::map<std::string, std::unique_ptr<stream::Stream>> replay_streams_;  // by sink
  std::map<std::string, std::uint64_t> replayed_before_;  // records, less the first number of this run; by sink
  std::vector<std::unique_ptr<delivery::Deliverer>> deliverers_;
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

}  // namespace towline::app
