#include "app/commands/test/verdict.hpp"

#include <algorithm>

namespace towline::app {

std::vector<std::string> Verdict::outputs() const {
  std::vector<std::string> all;
  for (const RecordTrace& record : records) all.insert(all.end(), record.outputs.begin(), record.outputs.end());
  return all;
}

bool Verdict::as_expected() const {
  return !test_case.expected || differences(*this).empty();
}

std::vector<OutputDiff> differences(const Verdict& verdict) {
  return differences(verdict.test_case.expected.value_or(std::vector<std::string>()), verdict.outputs());
}

std::vector<OutputDiff> differences(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::vector<OutputDiff> found;
  for (std::size_t i = 0; i < std::max(actual.size(), expected.size()); ++i) {
    OutputDiff difference{i + 1, {}, {}, {}};
    if (i < expected.size()) difference.expected = expected[i];
    if (i < actual.size()) difference.actual = actual[i];
    const bool both = difference.expected && difference.actual;
    if (both) difference.fields = diff(expected[i], actual[i]);
    if (!both || !difference.fields.empty()) found.push_back(std::move(difference));
  }
  return found;
}

}  // namespace towline::app
