#include "app/stage.hpp"

namespace towline::app {

namespace {

// The time that a sink asks for is its own affair: the next output and the next stage don't see it.
void write_to(stream::Writer& output, record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  record::NodeId time = record::no_node;
  if (!output.time_field().empty()) time = record.ensure_time(output.time_field());
  record.write(output.begin(dead_letter_reason));
  output.commit(received, record.received());
  if (time != record::no_node) record.remove(time);
}

}  // namespace

void Stage::process(record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  for (const CountedStep& counted : steps) {
    if (counted.step->apply(record) == component::StepResult::filter) return counted.filtered->add();
  }
  for (stream::Writer* output : outputs) write_to(*output, record, received, dead_letter_reason);
  for (std::size_t i = 0; i + 1 < next.size(); ++i) {
    record::Record copy(record);
    next[i]->process(copy, received, dead_letter_reason);
  }
  if (!next.empty()) next.back()->process(record, received, dead_letter_reason);
}

}  // namespace towline::app
