#include "transforms/parse_json/merger.hpp"

namespace towline::parse_json {

using record::NodeId;
using record::Record;

bool Merger::merge(Record& record, NodeId object, bool overwrite) {
  list(record, object);
  if (overwrite) make_way(record);
  bool stayed = false;
  for (std::size_t i = own_; i < members_.size(); ++i) stayed = stayed || (!overwrite && names_.first(i) < own_);
  for (std::size_t i = own_; i < members_.size(); ++i) {
    // Where the object stays it needs its own name itself.
    const bool keeps = !overwrite && (names_.first(i) < own_ || (stayed && record.key_is(object, names_[i])));
    if (!keeps) record.move(members_[i], Record::root);
  }
  return stayed;
}

void Merger::list(const Record& record, NodeId object) {
  members_.clear();
  names_.clear();
  const auto add = [&](NodeId member) {
    members_.push_back(member);
    names_.add_key(record, member);
  };
  for (NodeId id = record.first_child(Record::root); id != record::no_node; id = record.next_sibling(id)) {
    if (id != object) add(id);
  }
  own_ = members_.size();
  for (NodeId id = record.first_child(object); id != record::no_node; id = record.next_sibling(id)) add(id);
  names_.compare();
}

// Takes out the members of the record whose names are needed.
void Merger::make_way(Record& record) {
  needed_.assign(own_, 0);
  for (std::size_t i = own_; i < members_.size(); ++i) {
    if (names_.first(i) < own_) needed_[names_.first(i)] = 1;
  }
  for (std::size_t i = 0; i < own_; ++i) {
    if (needed_[names_.first(i)] != 0) record.remove(members_[i]);
  }
}

}  // namespace towline::parse_json
