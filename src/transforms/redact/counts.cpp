#include "transforms/redact/counts.hpp"

namespace towline::redact {

namespace {

constexpr std::string_view other = "other";

bool is_redacted(std::string_view key) {
  return key.find("***") != std::string_view::npos || key.find("[REDACTED:") != std::string_view::npos;
}

}  // namespace

void Counts::start(WallTime received) {
  received_ = received;
  outer_.clear();
}

std::string_view Counts::add(std::string_view detector, std::string_view field) {
  key_.assign(detector).append(1, ' ').append(field);
  auto known = instruments_.find(key_);
  if (known == instruments_.end() && instruments_.size() >= fields_max) {
    field = other;
    key_.assign(detector).append(1, ' ').append(field);
    known = instruments_.find(key_);
  }
  if (known == instruments_.end()) {
    const Instruments made{&metrics_.get(telemetry::MetricId::redactions, {transform_, detector, field}),
                           &audit_.add(transform_, detector, field)};
    known = instruments_.emplace(key_, made).first;
  }
  known->second.counter->add();
  known->second.entry->add(received_);
  return field;
}

// From the value up to the record, so each key is put in front of the others.
std::string_view Counts::path(const record::Record& record, record::NodeId id) {
  path_.clear();
  const record::NodeId top = outer_.empty() ? record::Record::root : record.first_child(record::Record::root);
  for (; id != top; id = record.parent(id)) {
    const std::string_view key = record.key(id);
    if (key.size() > path_max) return other;  // not even looked at: there may be many matches below it
    if (!put_in_front(record.in_array(id) || is_redacted(key) ? "*" : key)) return other;
  }
  if (outer_.empty()) return path_;
  return outer_.back() != other && put_in_front(outer_.back()) ? std::string_view(path_) : other;
}

bool Counts::put_in_front(std::string_view key) {
  if (!path_.empty()) path_.insert(0, 1, '.');
  path_.insert(0, key);
  return path_.size() <= path_max;
}

void Counts::enter(const record::Record& record, record::NodeId id) {
  outer_.emplace_back(path(record, id));
}

void Counts::leave() {
  outer_.pop_back();
}

}  // namespace towline::redact
