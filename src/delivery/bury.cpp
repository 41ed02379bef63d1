#include "delivery/bury.hpp"

#include <string>

#include "base/diagnostics.hpp"
#include "component/encode.hpp"

namespace towline::delivery {

void each_record(const std::vector<component::Slice>& slices, const VisitRecord& visit) {
  std::string scratch;
  for (const component::Slice& slice : slices) {
    std::string_view rest = component::plain_of(slice, scratch);
    while (!rest.empty()) {
      const std::size_t newline = rest.find('\n');
      visit(rest.substr(0, newline));
      rest.remove_prefix(newline + 1);
    }
  }
}

void bury(const std::vector<component::Slice>& slices, std::string_view sink, std::string_view reason,
          const component::Outcome& outcome, DeadLetters& dead_letters, stream::Totals& totals) {
  std::uint64_t kept = 0;
  std::uint64_t lost = 0;
  each_record(slices, [&](std::string_view record) {
    if (dead_letters.keep({sink, outcome.code, reason, outcome.cause, record})) {
      ++kept;
    } else {
      ++lost;
      ++totals.dropped[std::string(dead_letters.why_not())];
    }
  });
  if (kept > 0) totals.dead_lettered[std::string(reason)] += kept;
  diagnostics::warn(
      "sink.dead_letters",
      "The destination will not get these records: set aside, or dropped where they "
      "can't be kept",
      {{"sink", sink}, {"reason", reason}, {"cause", outcome.cause}, {"set_aside", kept}, {"dropped", lost}});
}

}  // namespace towline::delivery
