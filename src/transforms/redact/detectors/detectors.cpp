#include "transforms/redact/detectors/detectors.hpp"

#include <algorithm>
#include <iterator>

namespace towline::redact {

std::vector<const Detector*> default_detectors() {
  std::vector<const Detector*> chosen;
  std::copy_if(all_detectors.begin(), all_detectors.end(), std::back_inserter(chosen),
               [](const Detector* detector) { return detector->by_default; });
  return chosen;
}

}  // namespace towline::redact
