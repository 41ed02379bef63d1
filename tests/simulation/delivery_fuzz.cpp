// The simulation with a fuzzer's bytes as its choices: the setting, the actions, the faults (docs/simulation.md).
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/diagnostics.hpp"
#include "simulation/random_walk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace towline;
  using namespace towline::simulation;
  static const bool quiet = (diagnostics::configure(diagnostics::Severity::error, diagnostics::Format::text), true);
  (void)quiet;
  TrailChoices choices(Trail(data, data + size));
  const Walked walked = walk(choices, 100, [&] { return choices.ended(); });
  if (walked.finding) {
    std::printf("%s\n  after\n%s\n", walked.finding->violation.c_str(), walked.finding->story.c_str());
    std::fflush(stdout);
    std::abort();
  }
  return 0;
}
