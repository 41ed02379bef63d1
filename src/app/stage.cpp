#include "app/stage.hpp"

#include <algorithm>

namespace towline::app {

namespace {

// Metrics in CloudWatch's embedded format carry a time of their own, and are passed on as they are.
bool needs_time(const record::Record& record, std::string_view field) {
  return !field.empty() && record.find(record::Record::root, field) == record::no_node &&
         record.find(record::Record::root, "_aws") == record::no_node;
}

// The time that a sink asks for is its own affair: the next output and the next stage don't see it.
void write_to(stream::Writer& output, record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  record::NodeId time = record::no_node;
  if (needs_time(record, output.time_field())) time = record.ensure_time(output.time_field());
  record.write(output.begin(dead_letter_reason));
  output.commit(received, record.received());
  if (time != record::no_node) record.remove(time);
}

}  // namespace

void Stage::connect() {
  const auto first_edit =
      std::find_if(steps.begin(), steps.end(), [](const CountedStep& counted) { return counted.step->edits(); });
  looking = static_cast<std::size_t>(first_edit - steps.begin());
  edits = first_edit != steps.end() || std::any_of(next.begin(), next.end(), [](const Stage* s) { return s->edits; });
}

void Stage::process(record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  if (admits(record)) work(record, received, dead_letter_reason);
}

// Whether the record gets past the steps that only look at it.
bool Stage::admits(record::Record& record) {
  return apply(0, looking, record);
}

bool Stage::apply(std::size_t from, std::size_t to, record::Record& record) {
  for (std::size_t i = from; i < to; ++i) {
    if (steps[i].step->apply(record) == component::StepResult::keep) continue;
    steps[i].filtered->add();
    return false;
  }
  return true;
}

// All that comes after admits(). Who changes the record gets a copy, unless nobody needs it afterwards.
void Stage::work(record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  if (!apply(looking, steps.size(), record)) return;
  for (stream::Writer* output : outputs) write_to(*output, record, received, dead_letter_reason);
  for (Stage* stage : next) {
    if (!stage->admits(record)) continue;
    if (stage == next.back() || !stage->edits) {
      stage->work(record, received, dead_letter_reason);
      continue;
    }
    record::Record copy(record);
    stage->work(copy, received, dead_letter_reason);
  }
}

}  // namespace towline::app
