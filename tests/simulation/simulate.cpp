// The simulator's command line: every history to a depth, then random ones for some time; or one of them again.
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "base/diagnostics.hpp"
#include "simulation/exhaustive.hpp"
#include "simulation/last_words.hpp"
#include "simulation/random_walk.hpp"

namespace towline::simulation {
namespace {

using Seen = std::array<std::uint64_t, static_cast<std::size_t>(Sometimes::count)>;

struct Options {
  Exhaustive exhaustive;
  std::uint32_t seconds = 0;
  std::uint32_t steps = 1000;
  std::uint64_t histories = 0;
  std::uint64_t seed = 0;
  bool trace = false;
  std::string expected;  // how the violation begins that must be found
  bool expect_all = false;
};

// Faults are no news here.
constexpr auto silent = static_cast<diagnostics::Severity>(static_cast<int>(diagnostics::Severity::error) + 1);

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(MonoClock::now() - start_).count(); }

 private:
  MonoTime start_ = MonoClock::now();
};

void report(const std::optional<Finding>& finding) {
  if (finding) std::printf("%s\nin this history:\n%s\n", finding->violation.c_str(), finding->story.c_str());
  std::fflush(stdout);
}

std::optional<Finding> run_exhaustive(const Exhaustive& what, Seen& seen) {
  const Stopwatch watch;
  const Explored explored = explore(what);
  std::printf(
      "exhaustive: depth %u: %llu crashes led to %llu different states, from which %llu lives were played; %.1f s\n",
      what.depth, static_cast<unsigned long long>(explored.crashes), static_cast<unsigned long long>(explored.states),
      static_cast<unsigned long long>(explored.lives), watch.seconds());
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += explored.seen[i];
  report(explored.finding);
  return explored.finding;
}

// The history of one seed; if it violates something, once more as short as it gets.
std::optional<Finding> run_seed(const Options& options, std::uint64_t seed, Seen& seen) {
  const LastWords words(
      [&] { return "seed " + std::to_string(seed) + " of " + std::to_string(options.steps) + " steps"; });
  RandomChoices choices(seed);
  const Walked walked = walk(choices, options.steps);
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += walked.seen[i] ? 1U : 0U;
  if (!walked.finding) return std::nullopt;
  std::printf("%s\n(play it again: simulate --steps %u replay %llu)\nmaking it shorter...\n",
              walked.finding->violation.c_str(), options.steps, static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  TrailChoices shortest(shrink(choices.trail(), options.steps));
  const Walked again = walk(
      shortest, options.steps, [&] { return shortest.ended(); }, options.trace);
  report(again.finding ? again.finding : walked.finding);
  return walked.finding;
}

// Random histories from a seed on: so many, and then for so long.
std::optional<Finding> run_random(const Options& options, std::uint64_t first_seed, std::uint64_t count,
                                  std::uint32_t seconds, Seen& seen) {
  const Stopwatch watch;
  std::uint64_t played = 0;
  std::optional<Finding> finding;
  for (; !finding && (played < count || watch.seconds() < seconds); ++played)
    finding = run_seed(options, first_seed + played, seen);
  if (played == 0) return finding;
  std::printf("random: %llu histories of %u steps, seeds from %llu on, %.1f s\n",
              static_cast<unsigned long long>(played), options.steps, static_cast<unsigned long long>(first_seed),
              watch.seconds());
  return finding;
}

// What was played the last time, too, and then what never was.
std::optional<Finding> run_random(const Options& options, Seen& seen) {
  std::optional<Finding> finding = run_random(options, 1, options.histories, 0, seen);
  return finding ? finding : run_random(options, options.seed, 0, options.seconds, seen);
}

// A search that never meets what it looks for proves nothing.
bool has_seen_all(const Seen& seen) {
  bool all = true;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::string name(to_string(static_cast<Sometimes>(i)));
    std::printf("sometimes: %s: %llu\n", name.c_str(), static_cast<unsigned long long>(seen[i]));
    all = all && seen[i] > 0;
  }
  if (!all) std::printf("something that should happen sometimes never did\n");
  return all;
}

// Deeper and deeper, so that what is found first is as short as it can be.
std::optional<Finding> run_deepening(Exhaustive what, Seen& seen) {
  const std::uint32_t deepest = what.depth;
  for (what.depth = 1; what.depth <= deepest; ++what.depth) {
    if (auto finding = run_exhaustive(what, seen)) return finding;
  }
  return std::nullopt;
}

int run(const Options& options) {
  Seen seen{};
  std::optional<Finding> finding;
  if (options.exhaustive.depth > 0) finding = run_exhaustive(options.exhaustive, seen);
  if (finding) return run_deepening(options.exhaustive, seen), 1;
  finding = run_random(options, seen);
  return finding || (options.expect_all && !has_seen_all(seen)) ? 1 : 0;
}

int run_planted(const Options& options) {
  Seen seen{};
  const std::optional<Finding> finding = run_deepening(options.exhaustive, seen);
  if (!finding) std::printf("the planted bug was not found\n");
  return finding && finding->violation.starts_with(options.expected) ? 0 : 1;
}

void add_options(CLI::App& app, Options& options) {
  const std::map<std::string, Planted> planted{{"names_not_synced", Planted::names_not_synced},
                                               {"sync_tried_again", Planted::sync_tried_again}};
  app.add_option("--depth", options.exhaustive.depth, "play every history of so many steps")->capture_default_str();
  app.add_option("--threads", options.exhaustive.threads, "for the exhaustive search")->capture_default_str();
  const auto leave_out = [&app](const std::string& flag, auto& value, const std::string& what) {
    app.add_flag_callback(
        flag, [&value] { value = 0; }, "in the exhaustive search: without " + what);
  };
  leave_out("--no-sync-errors", options.exhaustive.settings.sync_errors, "syncs that fail");
  leave_out("--no-flips", options.exhaustive.settings.flips, "bits that go bad");
  leave_out("--no-lost-replies", options.exhaustive.settings.replies_lost, "replies that are lost");
  leave_out("--no-full-disk", options.exhaustive.disk_full, "a full disk");
  app.add_option("--flip-stride", options.exhaustive.flip_stride, "one bad bit in so many bytes")
      ->capture_default_str();
  app.add_option("--histories", options.histories, "then play so many random ones, the same each time")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "at last play random histories for so long")->capture_default_str();
  app.add_option("--steps", options.steps, "of each random history")->capture_default_str();
  app.add_option("--seed", options.seed, "of the first of these; the next ones count up from there (default: random)");
  app.add_flag("--trace", options.trace, "tell every change of the disk in the history that is found");
  app.add_option("--planted", options.exhaustive.settings.planted, "plant a bug in the file system")
      ->transform(CLI::CheckedTransformer(planted));
  app.add_option("--expect", options.expected, "succeed only if this is violated: P1, say");
  app.add_flag("--expect-all", options.expect_all, "fail if something that should happen sometimes never did");
}

}  // namespace
}  // namespace towline::simulation

int main(int argc, char** argv) {
  using namespace towline::simulation;
  towline::diagnostics::configure(silent, towline::diagnostics::Format::text);
  Options options;
  options.exhaustive.depth = 0;
  options.seed = std::random_device()();
  // Two small chunks fit into a segment file, the third one needs another.
  options.exhaustive.settings.world.large_every = 3;
  options.exhaustive.settings.world.large_bytes = 20'000;
  CLI::App app("Deterministic simulation of stream and delivery: docs/simulation.md");
  add_options(app, options);
  CLI::App& one =
      *app.add_subcommand("replay", "play the random history of one seed; made short if it violates something");
  one.add_option("seed", options.seed)->required();
  CLI11_PARSE(app, argc, argv);
  LastWords::install(1);
  if (!options.expected.empty()) return run_planted(options);
  if (!one.parsed()) return run(options);
  Seen seen{};
  return run_seed(options, options.seed, seen) ? 1 : 0;
}
