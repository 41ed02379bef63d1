#include "app/commands/import/remarks.hpp"

#include <algorithm>
#include <ostream>

namespace towline::app::migration {

void Remarks::print(std::string_view file, std::ostream& out) const {
  std::vector<const Remark*> sorted;
  for (const Remark& remark : remarks_) sorted.push_back(&remark);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->line < b->line; });
  for (const Remark* remark : sorted) {
    out << file;
    if (remark->line != 0) out << ':' << remark->line;
    out << ": " << remark->what << ": " << remark->refusal.why << '\n';
    if (!remark->refusal.instead.empty()) out << "  hint: " << remark->refusal.instead << '\n';
  }
}

void Place::remark(std::uint32_t line, std::string_view what, Refusal refusal) {
  std::string comment = "TODO: ";
  if (line != 0) comment += "line " + std::to_string(line) + ", ";
  comment.append(what).append(": ").append(refusal.why);
  if (!refusal.instead.empty()) comment += "; " + refusal.instead;
  comments_.push_back(std::move(comment));
  remarks_.add({line, std::string(what), std::move(refusal)});
}

}  // namespace towline::app::migration
