// Amazon CloudWatch Logs by PutLogEvents. A batch becomes calls by destination, time and the service's limits; it has
// ended when all its calls have. README.md says what is sent how.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "component/registry.hpp"
#include "component/sink.hpp"
#include "sinks/cloudwatch/api.hpp"
#include "sinks/cloudwatch/attempt.hpp"
#include "sinks/cloudwatch/config.hpp"
#include "sinks/cloudwatch/events.hpp"
#include "sinks/cloudwatch/groups.hpp"
#include "sinks/cloudwatch/partitions.hpp"
#include "sinks/cloudwatch/progress.hpp"
#include "sinks/cloudwatch/put_body.hpp"

namespace towline::cloudwatch {

// Bodies that are under way at the same time, in bytes as sent: no further call begins beyond it.
inline constexpr std::size_t bodies_max = std::size_t{8} << 20U;
// How often one call may find its destination missing and have it created.
inline constexpr int creations_max = 2;
// How long attempts don't share calls after the content of one may have been at fault: each has to answer for its own.
inline constexpr Duration merge_pause = std::chrono::minutes(1);
// Nor before so many calls have ended: on a slow way to the service a minute is soon over.
inline constexpr unsigned merge_pause_calls = 16;

class CloudWatchSink final : public component::Sink {
 public:
  CloudWatchSink(const CloudWatchConfig& config, component::SinkContext context);
  // With an environment and a clock of its own, for tests; `clock` outlives it.
  CloudWatchSink(const CloudWatchConfig& config, component::SinkContext context, const config::Environment& environment,
                 const Clock& clock);

  void attempt(const component::Batch& batch, Done done) override;
  bool credentials_changed() override { return api_.credentials_changed(); }

 private:
  // A call under way.
  struct Put {
    Partition& partition;
    std::vector<Event> events;
    codec::Body body;
    bool gzip = false;
    int creations = 0;
    Charge charge;
  };
  using PutPtr = std::shared_ptr<Put>;

  void begin_calls();
  void encode(Put& put, bool gzip);
  void send(const PutPtr& put);
  void judge(const PutPtr& put, const Answer& answer);
  void create(const PutPtr& put);
  void send_plain(const PutPtr& put, bool is_certain);
  void taken(const PutPtr& put, const Answer& answer);
  void failed(const PutPtr& put, const component::Outcome& outcome, bool others_too);
  bool has_one_attempt(const Put& put) const;
  bool may_merge() const;
  void pause_merging();
  void end(const PutPtr& put);
  void end_attempts();

  const CloudWatchConfig& config_;
  component::SinkContext context_;
  const Clock& clock_;
  EventReader reader_;
  Progress progress_;
  std::list<Attempt> attempts_;
  Partitions partitions_;
  PutBody put_body_;
  std::size_t body_bytes_ = 0;  // under way
  bool gzip_;
  bool gzip_proven_ = false;
  MonoTime merge_from_ = MonoTime::min();
  unsigned calls_before_merging_ = 0;
  std::uint32_t turns_ = 0;  // attempts so far
  Api api_;
  Groups groups_;
};

extern const component::SinkType sink_type;

}  // namespace towline::cloudwatch
