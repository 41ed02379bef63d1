#include "delivery/bury.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "base/diagnostics.hpp"
#include "component/encode.hpp"

namespace towline::delivery {

using component::Outcome;
using component::SetAside;
using component::Slice;

namespace {

// Records of one reason: kept or lost one by one, told of once.
class Burial {
 public:
  Burial(std::string_view sink, std::string_view reason, const Outcome& outcome)
      : sink_(sink), reason_(reason), outcome_(outcome) {}

  void add(std::string_view record, DeadLetters& dead_letters, stream::Totals& totals) {
    if (dead_letters.keep({sink_, outcome_.code, reason_, outcome_.cause, record})) {
      ++kept_;
      return;
    }
    ++lost_;
    ++totals.dropped[std::string(dead_letters.why_not())];
  }

  void finish(stream::Totals& totals) const {
    if (kept_ > 0) totals.dead_lettered[std::string(reason_)] += kept_;
    diagnostics::warn(
        "sink.dead_letters",
        "The destination will not get these records: set aside, or dropped where they "
        "can't be kept",
        {{"sink", sink_}, {"reason", reason_}, {"cause", outcome_.cause}, {"set_aside", kept_}, {"dropped", lost_}});
  }

  std::uint64_t records() const { return kept_ + lost_; }

 private:
  std::string_view sink_;
  std::string_view reason_;
  const Outcome& outcome_;
  std::uint64_t kept_ = 0;
  std::uint64_t lost_ = 0;
};

// What the outcome says of the record with this number: nothing where it was taken.
const SetAside* find(const std::vector<SetAside>& all, std::uint64_t seq) {
  const auto behind = std::upper_bound(all.begin(), all.end(), seq,
                                       [](std::uint64_t number, const SetAside& s) { return number < s.first_seq; });
  if (behind == all.begin()) return nullptr;
  const SetAside& found = *std::prev(behind);
  return seq - found.first_seq < found.records ? &found : nullptr;
}

// So that a chunk that is packed is not unpacked for nothing.
bool touches(const std::vector<SetAside>& all, const Slice& slice) {
  return std::any_of(all.begin(), all.end(), [&](const SetAside& some) {
    return some.first_seq < slice.end_seq() && slice.first_seq() < some.first_seq + some.records;
  });
}

}  // namespace

void each_record(const std::vector<Slice>& slices, const VisitRecord& visit) {
  std::string scratch;
  for (const Slice& slice : slices) {
    std::string_view rest = component::plain_of(slice, scratch);
    while (!rest.empty()) {
      const std::size_t newline = rest.find('\n');
      visit(rest.substr(0, newline));
      rest.remove_prefix(newline + 1);
    }
  }
}

std::uint64_t bury(const std::vector<Slice>& slices, std::string_view sink, std::string_view reason,
                   const Outcome& outcome, DeadLetters& dead_letters, stream::Totals& totals) {
  std::map<std::string_view, Burial> burials;
  for (const Slice& slice : slices) {
    if (reason.empty() && !touches(outcome.set_aside, slice)) continue;
    std::uint64_t seq = slice.first_seq();
    each_record({slice}, [&](std::string_view record) {
      const SetAside* known = find(outcome.set_aside, seq++);
      const std::string_view why = known == nullptr ? reason : known->reason;
      if (!why.empty()) burials.try_emplace(why, sink, why, outcome).first->second.add(record, dead_letters, totals);
    });
  }
  std::uint64_t records = 0;
  for (const auto& [why, burial] : burials) {
    burial.finish(totals);
    records += burial.records();
  }
  return records;
}

}  // namespace towline::delivery
