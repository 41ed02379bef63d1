#include "sinks/cloudwatch/cloudwatch.hpp"

#include <algorithm>
#include <utility>

#include "base/diagnostics.hpp"
#include "config/process_environment.hpp"
#include "sinks/cloudwatch/cut.hpp"

namespace towline::cloudwatch {

namespace {

using component::Outcome;
using component::Status;

const SystemClock system_clock;

// A fault that the content may be the reason for: 503 and throttling are not.
bool may_be_poison(const Outcome& outcome) {
  return outcome.status == Status::retry && outcome.code >= 500 && outcome.code != 503;
}

// A body that is written piece by piece.
class BodyWriter {
 public:
  BodyWriter(codec::Compressor& compressor, std::optional<codec::GzipLevel> level)
      : compressor_(compressor), level_(level) {
    if (level_) body_.add_static(codec::gzip_header());
  }
  void add(std::string_view piece) {
    if (!level_) return body_.add(std::string(piece));
    record::Segment segment = compressor_.compress(piece, *level_);
    trailer_.add(segment);
    body_.add(std::move(segment.deflate));
  }
  codec::Body finish() && {
    if (level_) body_.add(trailer_.finish());
    return std::move(body_);
  }

 private:
  codec::Compressor& compressor_;
  std::optional<codec::GzipLevel> level_;
  codec::Body body_;
  codec::GzipTrailer trailer_;
};

}  // namespace

CloudWatchSink::CloudWatchSink(const CloudWatchConfig& config, component::SinkContext context)
    : CloudWatchSink(config, std::move(context), config::process_environment(), system_clock) {}

CloudWatchSink::CloudWatchSink(const CloudWatchConfig& config, component::SinkContext context,
                               const config::Environment& environment, const Clock& clock)
    : config_(config),
      context_(std::move(context)),
      clock_(clock),
      reader_(config, context_.facts),
      gzip_(config.http.compression == component::Compression::gzip),
      api_(config, context_, environment, clock),
      groups_(config, api_, context_.id) {}

void CloudWatchSink::attempt(const component::Batch& batch, Done done) {
  Attempt& attempt = attempts_.emplace_back(batch, progress_.take(batch), std::move(done), turns_++);
  std::size_t events = 0;
  for (auto& [destination, list] : reader_.read(attempt, {api_.now(), api_.skew(), api_.knows_time()})) {
    events += list.size();
    partitions_.add(destination, std::move(list));
  }
  attempt.charge(Charge(context_.budget, events * sizeof(Event) + attempt.stored_bytes() + batch.records));
  begin_calls();
  end_attempts();
}

void CloudWatchSink::begin_calls() {
  while (partitions_.under_way() < config_.open_streams && body_bytes_ < bodies_max) {
    Partition* const partition = partitions_.begin();
    if (partition == nullptr) return;
    const PutPtr put = std::make_shared<Put>(Put{*partition, cut(partition->waiting, may_merge()), {}, false, 0, {}});
    encode(*put, gzip_);
    send(put);
  }
}

void CloudWatchSink::encode(Put& put, bool gzip) {
  BodyWriter writer(context_.compressor, gzip ? std::optional(config_.http.gzip_level) : std::nullopt);
  put_body_.write(put.partition.destination, put.events, [&writer](std::string_view piece) { writer.add(piece); });
  body_bytes_ -= put.body.size();
  put.gzip = gzip;
  put.body = std::move(writer).finish();
  body_bytes_ += put.body.size();
  put.charge = Charge(context_.budget, put.body.size());
}

void CloudWatchSink::send(const PutPtr& put) {
  api_.call({"PutLogEvents", put->body, put->gzip}, [this, put](const Answer& answer) {
    judge(put, answer);
    begin_calls();
    end_attempts();
  });
}

void CloudWatchSink::judge(const PutPtr& put, const Answer& answer) {
  if (put->gzip && may_mean_no_gzip(answer, gzip_proven_)) return send_plain(put, may_mean_no_gzip(answer, true));
  switch (answer.kind) {
    case Answer::Kind::done:
      if (put->gzip) gzip_proven_ = true;
      return taken(put, answer);
    case Answer::Kind::missing:
      return create(put);
    case Answer::Kind::exists:
    case Answer::Kind::credentials:
    case Answer::Kind::clock:
    case Answer::Kind::failed:
      // Some destinations may be allowed, and others not.
      return failed(put, answer.outcome, !answer.error.starts_with("AccessDenied"));
  }
}

void CloudWatchSink::create(const PutPtr& put) {
  if (put->creations++ >= creations_max)
    return failed(put, {Status::retry, 0, "the log stream isn't there, although it was created", {}}, false);
  groups_.create(put->partition.destination, [this, put](std::optional<Outcome> why_not) {
    if (!why_not) return send(put);
    why_not->may_be_poison = false;  // records were not even looked at
    failed(put, *why_not, why_not->status != Status::refused);
    begin_calls();
    end_attempts();
  });
}

// If it takes this one it was the packing. Until then nothing is said about it.
void CloudWatchSink::send_plain(const PutPtr& put, bool is_certain) {
  encode(*put, false);
  api_.call({"PutLogEvents", put->body, false}, [this, put, is_certain](const Answer& answer) {
    const bool was_refused = is_certain || !gzip_proven_;  // else it was something that has passed
    if (answer.kind == Answer::Kind::done && was_refused && std::exchange(gzip_, false)) {
      diagnostics::warn("cloudwatch.no_gzip", "The service doesn't take gzip: requests are sent plain from now on",
                        {{"sink", context_.id}});
    }
    judge(put, answer);
    begin_calls();
    end_attempts();
  });
}

void CloudWatchSink::taken(const PutPtr& put, const Answer& answer) {
  for (std::size_t i = 0; i < put->events.size(); ++i) {
    const Event& event = put->events[i];
    event.attempt->answered(answer.outcome);
    event.attempt->settle(event.record, answer.rejected.verdict(i));
  }
  end(put);
}

// Whose records a call is refused for nobody knows if it has those of several attempts: they are sent again, each by
// itself. `others_too`: it isn't this destination's fault, so what waits of the same attempts needn't be tried.
void CloudWatchSink::failed(const PutPtr& put, const Outcome& outcome, bool others_too) {
  const bool about_content = outcome.status == Status::rejected || outcome.status == Status::too_large;
  if (about_content || may_be_poison(outcome)) pause_merging();
  if (about_content && !has_one_attempt(*put)) {
    for (const Event& event : put->events) event.attempt->stand_alone();
    partitions_.add(put->partition.destination, std::move(put->events));
    return end(put);
  }
  Outcome told = outcome;
  told.may_be_poison = outcome.may_be_poison && may_be_poison(outcome);
  for (const Event& event : put->events) {
    event.attempt->give_up(1);
    event.attempt->fail(told);
  }
  if (others_too && !about_content) {
    for (Attempt& attempt : attempts_) {
      const bool concerned = std::any_of(put->events.begin(), put->events.end(),
                                         [&](const Event& event) { return event.attempt == &attempt; });
      if (concerned) attempt.give_up(partitions_.withdraw(attempt));
    }
  }
  end(put);
}

bool CloudWatchSink::has_one_attempt(const Put& put) const {
  return std::all_of(put.events.begin(), put.events.end(),
                     [&](const Event& event) { return event.attempt == put.events.front().attempt; });
}

// Those that were refused together must not be so again, however long it takes until their turn comes.
bool CloudWatchSink::may_merge() const {
  return calls_before_merging_ == 0 && clock_.now() >= merge_from_ &&
         std::none_of(attempts_.begin(), attempts_.end(), [](const Attempt& each) { return each.stands_alone(); });
}

void CloudWatchSink::pause_merging() {
  merge_from_ = clock_.now() + merge_pause;
  calls_before_merging_ = merge_pause_calls;
}

void CloudWatchSink::end(const PutPtr& put) {
  if (calls_before_merging_ > 0) --calls_before_merging_;
  body_bytes_ -= put->body.size();
  partitions_.end(put->partition);
}

// Their events are in no partition and no call any more.
void CloudWatchSink::end_attempts() {
  std::vector<std::pair<Done, Outcome>> ended;
  for (auto attempt = attempts_.begin(); attempt != attempts_.end();) {
    if (!attempt->has_ended()) {
      ++attempt;
      continue;
    }
    ended.emplace_back(attempt->take_done(), attempt->outcome());
    if (attempt->has_failed()) progress_.keep(attempt->batch(), attempt->verdicts());
    attempt = attempts_.erase(attempt);
  }
  if (attempts_.empty()) put_body_.release();
  for (auto& [done, outcome] : ended) done(std::move(outcome));
}

extern const component::SinkType sink_type = component::make_sink_type<CloudWatchConfig, CloudWatchSink>(
    "cloudwatch", "Amazon CloudWatch Logs.", cloudwatch_schema());

}  // namespace towline::cloudwatch
