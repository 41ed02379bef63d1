// A sink: it makes one attempt to deliver a batch and says how that ended. Batching, retries, splitting, dead
// letters, limits, the ledger and the metrics stand once, around it (delivery/).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/facts.hpp"
#include "base/memory_budget.hpp"
#include "codec/gzip.hpp"
#include "component/batch.hpp"
#include "telemetry/metrics.hpp"

namespace towline::net {
class Outbound;
}

namespace towline::component {

enum class Status : std::uint8_t {
  delivered,    // the destination has taken all of it
  retry,        // later, the same bytes: it answered, but can't now (408, 429, 5xx)
  unreachable,  // later, the same bytes: no answer (DNS, connect, TLS, reset, time-out)
  refused,      // it doesn't know us (401, 402, 403) or this isn't the place (404, 3xx): hold, ask again slowly
  too_large,    // smaller batches may pass (413)
  rejected,     // it will never take these bytes as they are (400, 406, 422): one record spoils them
};

// Neighbouring records of a batch whose fate is another one than that of the batch.
struct SetAside {
  std::uint64_t first_seq;
  std::uint32_t records;
  std::string reason;  // why the destination leaves them out, a word for the ledger: "too_old"; empty: it has them
};

struct Outcome {
  Status status = Status::delivered;
  int code = 0;                         // HTTP status, 0 where there was none
  std::string cause;                    // short and without payload: "503 Service Unavailable", "connection refused"
  std::optional<Duration> retry_after;  // what the destination asked for, already capped by the sink's parser
  // Ascending, disjoint, within the batch. It counts when the batch is settled, delivered or given up.
  std::vector<SetAside> set_aside = {};
  bool asked = true;          // false: there was nothing to send, so this says nothing of the destination
  bool may_be_poison = true;  // false: what failed has nothing to do with what is in the batch
};

// What a sink is built with. Everything referred to outlives it and belongs to the delivery thread.
struct SinkContext {
  std::string id;
  net::Outbound& outbound;
  codec::Compressor& compressor;
  telemetry::Metrics& metrics;
  MemoryBudget& budget;  // for bodies that are not made of the stream's own bytes
  const Facts& facts;
};

// Used only on the delivery thread.
class Sink {
 public:
  using Done = std::function<void(Outcome)>;

  virtual ~Sink() = default;

  // Starts one attempt. `done` is called exactly once, from inside or later, or not at all if the sink is destroyed
  // first. The batch lives until then.
  virtual void attempt(const Batch& batch, Done done) = 0;

  // Asked about once a second while the destination refuses us: has something changed that makes it worth asking
  // again at once, such as a new token in its file?
  virtual bool credentials_changed() { return false; }

  // The gzip level at which full chunks may be packed on arrival for this sink; none where it sends plain bytes.
  virtual std::optional<codec::GzipLevel> packing() const { return std::nullopt; }
};

}  // namespace towline::component
