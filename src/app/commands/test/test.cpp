#include "app/commands/test/test.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "app/commands/test/cases.hpp"
#include "app/commands/test/report.hpp"
#include "app/commands/test/update.hpp"
#include "app/commands/test/verdict.hpp"
#include "app/config.hpp"

namespace towline::app {

namespace {

constexpr int unusable = 2;

std::vector<std::string> case_paths(const TestOptions& options) {
  if (!options.cases.empty()) return options.cases;
  return {(std::filesystem::path(options.file).parent_path() / "tests").string()};
}

Verdict judge(const RootConfig& config, TestCase test_case, bool pii) {
  Verdict verdict;
  verdict.test_case = std::move(test_case);
  Result<std::vector<RecordTrace>> traces = run_case(config, verdict.test_case);
  if (!traces) {
    verdict.unusable = traces.error().message;
    return verdict;
  }
  verdict.records = std::move(*traces);
  if (pii) verdict.pii = find_pii(verdict.outputs());
  return verdict;
}

bool save_junit(const std::string& file, const std::vector<Verdict>& verdicts, std::ostream& err) {
  if (file.empty()) return true;
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  write_junit(verdicts, stream);
  if (stream.flush()) return true;
  err << "towline test: " << file << " can't be written\n";
  return false;
}

int update(std::vector<Verdict>& verdicts, std::ostream& out, std::ostream& err) {
  const Result<std::size_t> updated = update_expected(verdicts);
  if (!updated) {
    err << "towline test: " << updated.error().message << '\n';
    return unusable;
  }
  out << *updated << " updated\n";
  const bool pii = std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return !v.pii.empty(); });
  return pii ? 1 : 0;
}

}  // namespace

int test_command(const TestOptions& options, const config::Environment& environment,
                 const component::Registry& registry, std::istream& in, std::ostream& out, std::ostream& err) {
  config::Problems problems(options.file);
  const std::optional<RootConfig> config = load_config_file(options.file, environment, registry, problems);
  if (!config) {
    problems.print(err);
    return unusable;
  }
  std::optional<std::vector<TestCase>> cases = load_cases(case_paths(options), in, err);
  if (!cases) return unusable;

  const ReportStyle style{options.colour, options.explain};
  std::vector<Verdict> verdicts;
  for (TestCase& test_case : *cases) {
    verdicts.push_back(judge(*config, std::move(test_case), options.pii));
    print_verdict(verdicts.back(), style, out);
  }
  print_summary(verdicts, style, out);
  if (!save_junit(options.junit, verdicts, err)) return unusable;
  const bool usable =
      std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.unusable.empty(); });
  const int updated = options.update ? update(verdicts, out, err) : 0;
  if (!usable || options.update) return usable ? updated : unusable;
  const bool passed = std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.passed(); });
  return passed ? 0 : 1;
}

}  // namespace towline::app
