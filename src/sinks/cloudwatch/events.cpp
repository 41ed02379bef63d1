#include "sinks/cloudwatch/events.hpp"

#include "base/check.hpp"
#include "codec/gzip.hpp"
#include "component/encode.hpp"

namespace towline::cloudwatch {

namespace {

using record::NodeId;
using record::Record;

bool is_emf(const Record& record) {
  const NodeId id = record.find(Record::root, "_aws");
  return id != record::no_node && record.type(id) == record::Type::object;
}

}  // namespace

EventReader::EventReader(const CloudWatchConfig& config, const Facts& facts)
    : config_(config),
      names_(config, facts),
      time_(config.delivery.time_field),
      always_parses_(names_.read_fields() || config.message.path) {}

EventsByDestination EventReader::read(Attempt& attempt, ServiceTime time) {
  attempt_ = &attempt;
  service_ = time;
  index_ = 0;
  list_ = nullptr;
  too_old_below_ms_ = unix_ms(time.now) - age_max.count();
  too_new_above_ms_ = unix_ms(time.now) + future_max.count();
  for (const component::Slice& slice : attempt.batch().slices) read_slice(slice);
  attempt_ = nullptr;
  return std::exchange(events_, {});
}

void EventReader::read_slice(const component::Slice& slice) {
  std::string scratch;
  std::string_view text = component::plain_of(slice, scratch);
  if (slice.chunk->is_packed()) text = attempt_->store(std::string(text));
  received_ = slice.chunk->received == WallTime{} ? service_.now : slice.chunk->received + service_.skew;
  if (!names_.read_fields()) {
    record_.wrap("", "", received_);
    names_.fill(record_, destination_);
  }
  while (!text.empty()) {
    const std::size_t length = text.find('\n');
    CHECK(length != std::string_view::npos);
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length + 1);
    if (attempt_->is_open(index_)) read_record(line, text.size() + 1 >= record::padding);
    ++index_;
  }
}

void EventReader::read_record(std::string_view line, bool padded) {
  std::optional<std::int64_t> time = time_.quick(line);
  if (always_parses_ || (!time && time_.has_field())) {
    parse(line, padded);
    if (!time) time = time_.read(record_);
    if (names_.read_fields()) names_.fill(record_, destination_);
  }
  const std::int64_t time_ms = time.value_or(unix_ms(received_));
  if (const Verdict verdict = window(time_ms); verdict != Verdict::open) return attempt_->set_aside(index_, verdict);
  const std::string_view message = message_of(line);
  if (message.empty()) return attempt_->set_aside(index_, Verdict::empty);
  const bool too_long = message.size() > message_bytes_max;
  if (too_long && !always_parses_) parse(line, padded);
  add(time_ms, message, too_long && is_emf(record_));
}

// What a stream holds was a record once. If it isn't one any more, it has no fields.
void EventReader::parse(std::string_view line, bool padded) {
  if (!padded) {
    padded_.assign(line);
    padded_.append(record::padding, ' ');
    line = std::string_view(padded_).substr(0, line.size());
  }
  [[maybe_unused]] const record::ParseError error = record_.parse(line, received_);
}

std::string_view EventReader::message_of(std::string_view line) {
  if (!config_.message.path || is_emf(record_)) return line;
  NodeId found = record::no_node;
  record_.each(*config_.message.path, [&](NodeId id) { found = id; });
  if (found == record::no_node) return line;
  const std::string_view json = record_.value(found);
  if (record_.type(found) != record::Type::string) return attempt_->store(std::string(json));
  const std::string_view inside = json.substr(1, json.size() - 2);
  std::string text;
  if (!record_.value_escaped(found) || !record::append_decoded(text, inside)) text = inside;
  return attempt_->store(std::move(text));
}

Verdict EventReader::window(std::int64_t time_ms) const {
  if (!service_.sure) return Verdict::open;
  if (time_ms < too_old_below_ms_) return Verdict::too_old;
  return time_ms > too_new_above_ms_ ? Verdict::too_new : Verdict::open;
}

void EventReader::add(std::int64_t time_ms, std::string_view message, bool is_emf_metric) {
  if (list_ == nullptr || !(destination_ == last_)) {
    last_ = destination_;
    list_ = &events_[destination_];
  }
  const std::uint32_t turn = attempt_->turn();
  const auto add_one = [&](std::string_view text) { list_->push_back({time_ms, text, attempt_, index_, turn}); };
  if (message.size() <= message_bytes_max) {
    attempt_->expect(index_, 1);
    return add_one(message);
  }
  if (is_emf_metric) return attempt_->set_aside(index_, Verdict::too_large);
  if (config_.long_events == LongEvents::truncate) {
    attempt_->expect(index_, 1);
    return add_one(attempt_->store(truncate(message)));
  }
  std::vector<std::string> parts = split(message, attempt_->batch().first_seq + index_);
  attempt_->expect(index_, static_cast<std::uint32_t>(parts.size()));
  for (std::string& part : parts) add_one(attempt_->store(std::move(part)));
}

}  // namespace towline::cloudwatch
