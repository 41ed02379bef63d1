#include "transforms/redact/counts.hpp"

namespace towline::redact {

void Counts::add(std::string_view detector, const record::Record& record, record::NodeId id) {
  set_path(record, id);
  add(detector, path_);
}

void Counts::add(std::string_view detector, std::string_view field) {
  key_.assign(detector).append(1, ' ').append(field);
  auto known = instruments_.find(key_);
  if (known == instruments_.end() && instruments_.size() >= fields_max) {
    field = "other";
    key_.assign(detector).append(1, ' ').append(field);
    known = instruments_.find(key_);
  }
  if (known == instruments_.end()) {
    telemetry::Instrument& instrument = metrics_.get(telemetry::MetricId::redactions, {transform_, detector, field});
    known = instruments_.emplace(key_, &instrument).first;
  }
  known->second->add();
}

// From the value up to the record, so each key is put in front of the others.
void Counts::set_path(const record::Record& record, record::NodeId id) {
  path_.clear();
  for (; id != record::Record::root; id = record.parent(id)) {
    std::string_view key = record.key(id);
    if (key.size() > path_max) {  // not even looked at: there may be many matches below it
      path_ = "other";
      return;
    }
    const bool redacted =
        key.find("***@") != std::string_view::npos || key.find("[REDACTED:") != std::string_view::npos;
    if (record.in_array(id) || redacted) key = "*";
    if (!path_.empty()) path_.insert(0, 1, '.');
    path_.insert(0, key);
    if (path_.size() <= path_max) continue;
    path_ = "other";
    return;
  }
}

}  // namespace towline::redact
