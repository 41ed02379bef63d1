#include "app/stage.hpp"

#include <algorithm>

#include "app/written_record.hpp"

namespace towline::app {

namespace {

void write_to(stream::Writer& output, record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  write_with_time(record, output.time_field(), output.begin(dead_letter_reason));
  output.commit(received, record.received());
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
  if (dead_letter_reason.empty()) taps.pass(record, received);
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
