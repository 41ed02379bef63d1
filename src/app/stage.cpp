#include "app/stage.hpp"

namespace towline::app {

void Stage::process(record::Record& record, MonoTime received, std::string_view dead_letter_reason) {
  for (const CountedStep& counted : steps) {
    if (counted.step->apply(record) == component::StepResult::filter) return counted.filtered->add();
  }
  for (stream::Writer* output : outputs) {
    if (!output->time_field().empty()) record.ensure_time(output->time_field());
    record.write(output->begin(dead_letter_reason));
    output->commit(received);
  }
  for (std::size_t i = 0; i + 1 < next.size(); ++i) {
    record::Record copy(record);
    next[i]->process(copy, received, dead_letter_reason);
  }
  if (!next.empty()) next.back()->process(record, received, dead_letter_reason);
}

}  // namespace towline::app
