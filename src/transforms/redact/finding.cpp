#include "transforms/redact/finding.hpp"

#include <algorithm>

namespace towline::redact {

void merge_overlaps(std::vector<Finding>& findings) {
  if (findings.size() < 2) return;
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < findings.size(); ++i) {
    Finding& last = findings[kept];
    const Finding& next = findings[i];
    if (next.begin >= last.end) {
      findings[++kept] = next;
      continue;
    }
    const bool inside = next.end <= last.end;
    if (next.rule == last.rule && (inside || next.begin == last.begin)) {
      if (!inside) last = next;
      continue;
    }
    if (next.rule->action > last.rule->action) last.rule = next.rule;
    last.whole = last.whole && next.begin == last.begin && next.end == last.end;
    last.end = std::max(last.end, next.end);
  }
  findings.resize(kept + 1);
}

}  // namespace towline::redact
