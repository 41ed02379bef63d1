#include "simulation/oracle.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <numeric>

namespace towline::simulation {

namespace {

constexpr std::string_view line_begin = "{\"n\":";

void mix(std::uint64_t& sum, std::uint64_t value) {
  sum = (sum ^ value) * 0x9E3779B97F4A7C15U;
  sum ^= sum >> 29U;
}

std::uint64_t sum_of(const std::map<std::string, std::uint64_t, std::less<>>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& count) { return sum + count.second; });
}

}  // namespace

std::string_view to_string(Sometimes what) {
  constexpr std::string_view names[] = {
      "duplicate",  "key reused",       "torn write",          "two crashes",       "crash in recovery", "sync error",
      "disk full",  "quota full",       "flip cost one chunk", "flip cost nothing", "gap told",          "dead letter",
      "reply lost", "segment released", "read from disk",      "loss by policy",    "diverted"};
  return names[static_cast<std::size_t>(what)];
}

Oracle::Oracle(World world) : world_(world), sinks_(world.sinks) {}

bool Oracle::is_poison(std::uint32_t id) const {
  return world_.poison_every > 0 && id % world_.poison_every == world_.poison_every - 1;
}

std::string Oracle::line_of(std::uint32_t id) const {
  std::string line = std::string(line_begin) + std::to_string(id);
  if (world_.large_every > 0 && id % world_.large_every == world_.large_every - 1)
    line += ",\"x\":\"" + std::string(world_.large_bytes, 'x') + "\"";
  if (is_poison(id)) line += ",\"poison\":true";
  return line + "}";
}

std::optional<std::uint32_t> Oracle::id_of(std::string_view line) const {
  if (!line.starts_with(line_begin)) return std::nullopt;
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(line.data() + line_begin.size(), line.data() + line.size(), id);
  if (error != std::errc() || id >= accepted() || line != line_of(id)) return std::nullopt;
  return id;
}

void Oracle::violated(std::string what) {
  if (!violation_) violation_ = std::move(what);
}

std::uint32_t Oracle::accept(std::uint32_t records) {
  const std::uint32_t first = accepted();
  acknowledged_.resize(first + records);
  at_the_end_.resize(first + records);
  for (Destination& sink : sinks_) sink.records.resize(first + records);
  return first;
}

void Oracle::numbered(std::uint32_t first_id, std::uint32_t records, std::uint64_t end) {
  waiting_.push_back({end, first_id, records});
}

void Oracle::durable(std::uint64_t end) {
  for (; !waiting_.empty() && waiting_.front().end <= end; waiting_.pop_front()) {
    const Numbered& chunk = waiting_.front();
    std::fill_n(acknowledged_.begin() + chunk.first_id, chunk.records, true);
    last_.push_back(chunk);
    if (last_.size() > world_.bad_bits) last_.pop_front();
  }
}

void Oracle::delivered(std::uint32_t sink, const std::string& key, const std::vector<std::string>& lines) {
  if (!key.empty()) check_key(sink, key, lines);
  for (const std::string& line : lines) {
    if (line.find("\"towline\":{\"gap\"") != std::string::npos) {
      saw(Sometimes::gap_told);
    } else if (const std::optional<std::uint32_t> id = id_of(line)) {
      record_delivered(sink, *id);
    } else {
      violated("P2: delivered what nobody sent: " + line.substr(0, 40));
    }
  }
}

void Oracle::check_key(std::uint32_t sink, const std::string& key, const std::vector<std::string>& lines) {
  std::string content;
  for (const std::string& line : lines) content += line + "\n";
  const std::uint64_t hash = std::hash<std::string>()(content);
  const auto [known, fresh] = sinks_[sink].keys.emplace(key, hash);
  if (!fresh) saw(Sometimes::key_reused);
  if (known->second != hash) violated("P5: key " + key + " has two contents");
}

void Oracle::record_delivered(std::uint32_t sink, std::uint32_t id) {
  Destination& destination = sinks_[sink];
  Fate& fate = destination.records[id];
  if (fate.delivered == 0 && !fate.set_aside) {
    const bool in_order = world_.in_order && !policy_drops_;  // a loss that a crash undoes comes late
    if (in_order && id < destination.next_first)
      violated("P4: record " + std::to_string(id) + " comes after a later one");
    destination.next_first = std::max(destination.next_first, id + 1);
  } else {
    saw(Sometimes::duplicate);
    if (fate.saved && flips_ == 0)
      violated("P3: record " + std::to_string(id) + " again, though a checkpoint covers it");
  }
  if (fate.delivered < UINT8_MAX) ++fate.delivered;
  if (fate.delivered > 1 + crashes_ + replies_lost_)
    violated("P3: record " + std::to_string(id) + " more often than faults explain");
}

void Oracle::set_aside(std::uint32_t sink, std::string_view line) {
  saw(Sometimes::dead_letter);
  if (const std::optional<std::uint32_t> id = id_of(line)) {
    if (!is_poison(*id)) violated("P2: set aside though the destination would take it: " + std::to_string(*id));
    sinks_[sink].records[*id].set_aside = true;
  } else {
    violated("P2: set aside what nobody sent");
  }
}

void Oracle::saved(std::uint32_t sink) {
  for (Fate& fate : sinks_[sink].records) fate.saved = fate.saved || fate.delivered > 0 || fate.set_aside;
}

void Oracle::crashed(bool torn) {
  ++crashes_;
  waiting_.clear();
  for (const Numbered& chunk : last_) std::fill_n(at_the_end_.begin() + chunk.first_id, chunk.records, true);
  last_.clear();
  if (torn) saw(Sometimes::torn);
  if (crashes_ >= 2) saw(Sometimes::two_crashes);
}

void Oracle::check_nothing_missing(std::uint32_t sink, const stream::Totals& totals) {
  std::uint32_t missing = 0;  // acknowledged, neither delivered nor set aside
  std::uint32_t noticed = 0;  // of these; a bad bit in the last chunk looks like a torn write
  std::uint32_t reached = 0;  // delivered or set aside
  for (std::uint32_t id = 0; id < accepted(); ++id) {
    const Fate& fate = sinks_[sink].records[id];
    const bool arrived = fate.delivered > 0 || fate.set_aside;
    reached += arrived ? 1U : 0U;
    missing += acknowledged_[id] && !arrived ? 1U : 0U;
    noticed += acknowledged_[id] && !arrived && !at_the_end_[id] ? 1U : 0U;
  }
  std::uint64_t by_policy = 0;
  for (const auto& [reason, records] : totals.dropped) {
    if (reason != "damaged" && reason != "missing") by_policy += records;
  }
  if (by_policy > 0) saw(Sometimes::policy_loss);
  const std::uint64_t allowed = std::uint64_t{flips_} * chunk_records_max;
  if (missing > allowed + by_policy) violated("P1: " + std::to_string(missing) + " acknowledged records are lost");
  if (noticed > sum_of(totals.dropped))
    violated("P1: " + std::to_string(noticed) + " records are lost and not counted");
  if (by_policy > 0 && !policy_drops_) violated("P1: records dropped by a policy that nobody chose");
  if (totals.delivered + totals.diverted + sum_of(totals.dead_lettered) > reached)
    violated("P7: more counted as delivered than were delivered");
  if (flips_ > 0) saw(missing > 0 ? Sometimes::flip_cost_one : Sometimes::flip_cost_none);
}

std::uint64_t Oracle::fingerprint() const {
  std::uint64_t sum = accepted();
  for (std::uint32_t id = 0; id < accepted(); ++id)
    mix(sum, (acknowledged_[id] ? 1U : 2U) + (at_the_end_[id] ? 4U : 0U));
  for (const Destination& sink : sinks_) {
    mix(sum, sink.next_first);
    for (const Fate& fate : sink.records)
      mix(sum, fate.delivered * 4U + (fate.set_aside ? 2U : 0U) + (fate.saved ? 1U : 0U));
    for (const auto& [key, content] : sink.keys) {
      mix(sum, std::hash<std::string>()(key));
      mix(sum, content);
    }
  }
  mix(sum, removals_lost_ ? 1U : 0U);
  for (const std::uint32_t count : {crashes_, flips_, sync_errors_, replies_lost_}) mix(sum, count);
  return sum;
}

}  // namespace towline::simulation
