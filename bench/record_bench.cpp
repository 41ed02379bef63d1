// How fast a record goes through the ingest path, in MB per second of one core and nanoseconds per byte: stage 1
// alone, parsing, and parsing with the default steps and the splice. Prints one line each. Run it on a quiet machine.
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "corpus.hpp"
#include "record/record.hpp"
#include "record/structural_index.hpp"
#include "telemetry/metrics.hpp"
#include "timing.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/rename/rename.hpp"

namespace {

using namespace towline;
using bench::Corpus;

void measure(const char* what, const Corpus& corpus, const std::function<void(std::string_view)>& handle) {
  const double best = bench::best_of(12, [&] {
    for (const std::string_view line : corpus.lines) handle(line);
  });
  const auto bytes = static_cast<double>(corpus.text.size());
  std::printf("%-34s %7.0f MB/s  %5.2f ns/B\n", what, bytes / best / 1e6, best * 1e9 / bytes);
}

}  // namespace

int main() {
  const Corpus corpus = bench::make_corpus(8'000'000, true);
  std::printf("%zu records, %.0f bytes each\n", corpus.lines.size(),
              static_cast<double>(corpus.text.size()) / static_cast<double>(corpus.lines.size()));

  record::StructuralIndex index;
  measure("stage 1", corpus, [&](std::string_view line) { (void)index.find(line); });

  record::Record record;
  const WallTime now{};
  measure("parse", corpus, [&](std::string_view line) { (void)record.parse(line, now); });

  telemetry::Metrics metrics;
  telemetry::Audit audit;
  const Facts facts;
  telemetry::LogMetrics log_metrics;
  rename::RenameConfig renames;
  renames.rules.rules.push_back({*record::Path::parse("timestamp"), *record::Path::parse("dt")});
  rename::RenameStep rename(renames, {"bench", 0, metrics, audit, facts, log_metrics});
  redact::RedactStep redact(redact::RedactConfig(), {"bench", 1, metrics, audit, facts, log_metrics});
  std::string out;
  const auto write = [&] {
    record.ensure_time("dt");
    out.clear();
    record.write(out);
  };
  measure("parse, rename, write", corpus, [&](std::string_view line) {
    (void)record.parse(line, now);
    rename.apply(record);
    write();
  });
  measure("parse, rename, redact, write", corpus, [&](std::string_view line) {
    (void)record.parse(line, now);
    rename.apply(record);
    redact.apply(record);
    write();
  });
}
