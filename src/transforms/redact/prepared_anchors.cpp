// Prepared anchors are kept: a configuration has few different lists of them, but they are asked for again whenever
// steps are built from it.
#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "transforms/redact/anchors.hpp"

namespace towline::redact {

namespace {

struct Known {
  std::string anchors;
  std::shared_ptr<const PreparedAnchors> prepared;
};

// A text that is different for different lists.
std::string text_of(std::span<const Anchor> anchors) {
  std::string text;
  for (const Anchor& anchor : anchors) {
    for (const std::string_view set : {anchor.first, anchor.second, anchor.third, anchor.fourth}) {
      text.append(std::to_string(set.size())).append(1, ':').append(set);
    }
    text += anchor.word_start ? '^' : '.';
  }
  return text;
}

}  // namespace

std::shared_ptr<const PreparedAnchors> prepare(std::span<const Anchor> anchors) {
  static std::mutex mutex;
  static std::vector<Known> last;  // what was asked for last is at the end
  std::string text = text_of(anchors);
  const std::lock_guard lock(mutex);
  const auto known = std::find_if(last.begin(), last.end(), [&](const Known& one) { return one.anchors == text; });
  if (known != last.end()) {
    std::rotate(known, known + 1, last.end());
    return last.back().prepared;
  }
  if (last.size() == prepared_max) last.erase(last.begin());
  last.push_back({std::move(text), std::make_shared<const PreparedAnchors>(anchors)});
  return last.back().prepared;
}

}  // namespace towline::redact
