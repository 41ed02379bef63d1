#include "app/written_record.hpp"

namespace towline::app {

namespace {

// Metrics in CloudWatch's embedded format carry a time of their own, and are passed on as they are.
bool needs_time(const record::Record& record, const std::string& field) {
  return !field.empty() && record.find(record::Record::root, field) == record::no_node &&
         record.find(record::Record::root, "_aws") == record::no_node;
}

}  // namespace

// The time that a sink asks for is its own affair: the next output and the next stage don't see it.
void write_with_time(record::Record& record, const std::string& time_field, std::string& out) {
  record::NodeId time = record::no_node;
  if (needs_time(record, time_field)) time = record.ensure_time(time_field);
  record.write(out);
  if (time != record::no_node) record.remove(time);
}

}  // namespace towline::app
