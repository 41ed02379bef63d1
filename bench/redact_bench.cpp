// How fast texts are searched by the detectors that are on by default, beside memchr and an RE2::Set of patterns that
// find about the same, in the same run. With --hostile [MiB]: whether the time grows no faster than the text, on texts
// made to cost as much as possible; fails where it does. Run it on a quiet machine.
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpus.hpp"
#include "redact_patterns.hpp"
#include "timing.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/scanner.hpp"

namespace {

using namespace towline;
using bench::best_of;
using redact::Scanner;

// --- On what is met every day ---

// Bytes per second.
double speed(const bench::Corpus& corpus, int passes, const std::function<bool(std::string_view)>& search) {
  std::size_t found = 0;
  const double seconds = best_of(passes, [&] {
    for (const std::string_view line : corpus.lines) found += search(line) ? 1U : 0U;
  });
  if (found == static_cast<std::size_t>(-1)) std::abort();  // so that it is worked out
  return static_cast<double>(corpus.text.size()) / seconds;
}

double set_speed(const bench::Corpus& corpus) {
  RE2::Options options;
  options.set_max_mem(std::int64_t{256} << 20U);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const char* pattern : bench::redact_patterns) {
    std::string error;
    if (set.Add(pattern, &error) >= 0) continue;
    std::fprintf(stderr, "%s: %s\n", pattern, error.c_str());
    std::exit(1);
  }
  if (!set.Compile()) std::exit(1);
  return speed(corpus, 3, [&](std::string_view line) { return set.Match({line.data(), line.size()}, nullptr); });
}

void compare(const char* name, bool secrets) {
  const bench::Corpus corpus = bench::make_corpus(8'000'000, secrets);
  Scanner scanner(redact::default_detectors());
  const auto search = [&](std::string_view line) {
    return scanner.mark(line) && scanner.scan_part(line, 0, line.size());
  };
  const double memchr_speed =
      speed(corpus, 12, [](std::string_view line) { return std::memchr(line.data(), 1, line.size()) != nullptr; });
  const double mark_speed = speed(corpus, 12, [&](std::string_view line) { return scanner.mark(line); });
  const double scan_speed = speed(corpus, 12, search);
  const double re2_speed = set_speed(corpus);
  std::printf("%s: %zu records, %zu bytes each\n", name, corpus.lines.size(), corpus.bytes_per_line());
  std::printf("  memchr             %8.0f MB/s\n", memchr_speed / 1e6);
  std::printf("  mark               %8.0f MB/s\n", mark_speed / 1e6);
  std::printf("  mark and scan      %8.0f MB/s  1/%.0f of memchr, %.0f times RE2::Set\n", scan_speed / 1e6,
              memchr_speed / scan_speed, scan_speed / re2_speed);
  std::printf("  RE2::Set           %8.0f MB/s\n", re2_speed / 1e6);
}

// --- On what is made to be slow ---

struct Hostile {
  std::string detector;
  std::string piece;  // repeated
};

void add_anchors(const redact::Detector& detector, std::vector<Hostile>& all) {
  for (const redact::Anchor& anchor : detector.anchors) {
    std::string piece;
    for (const std::string_view set : {anchor.first, anchor.second, anchor.third, anchor.fourth}) {
      piece += set.empty() ? 'a' : set.front();
    }
    for (const char* behind : {"", " ", "a"}) all.push_back({std::string(detector.name), piece + behind});
  }
}

void add_examples(const redact::Detector& detector, std::vector<Hostile>& all) {
  for (const redact::Example& example : detector.examples) {
    const std::size_t size = example.text.size();
    for (const std::size_t part : {size / 4, size / 2, size - 1, size}) {
      if (part > 0) all.push_back({std::string(detector.name), std::string(example.text.substr(0, part))});
    }
  }
}

std::vector<Hostile> hostile_texts() {
  std::vector<Hostile> all;
  for (const redact::Detector* detector : redact::all_detectors) {
    add_anchors(*detector, all);
    add_examples(*detector, all);
  }
  for (const char* piece : {"a",       "1",         "A",
                            " ",       "-",         ".",
                            "/",       ":",         "=",
                            "@",       "+",         "(",
                            "\\",      "\"",        "1 ",
                            "1-",      "1.",        "a.",
                            "a@",      "a:b@",      "://a:",
                            "://a:b@", "(0",        "00 ",
                            "aa:",     "ffff.",     "1.1.1.1.",
                            "::",      "eyJ.",      "a=b;",
                            "0 1 ",    "\xC2\xA0",  "\xF0\x9F\x94\x91",
                            "\x1B[1m", "[REDACTED:"}) {
    all.push_back({"(any)", piece});
  }
  return all;
}

double scan_seconds(Scanner& scanner, const std::string& piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  text.resize(bytes);
  return best_of(2, [&] { scanner.scan(text); });
}

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 40)) shown += c >= ' ' && c < 0x7F ? c : '?';
  return shown;
}

struct Growth {
  double nanoseconds;  // for each byte of the longer text
  double ratio;        // of the time for a text to that for its half
  bool linear() const { return ratio <= 2.2; }
};

// Up to five times: a neighbour on the machine may have disturbed it.
Growth growth_of(Scanner& scanner, const std::string& piece, std::size_t bytes) {
  Growth growth{};
  for (int attempt = 0; attempt < 5; ++attempt) {
    const double half = scan_seconds(scanner, piece, bytes / 2);
    const double whole = scan_seconds(scanner, piece, bytes);
    growth = {whole * 1e9 / static_cast<double>(bytes), whole / half};
    if (growth.linear()) break;
  }
  return growth;
}

void report(const Hostile& hostile, std::size_t bytes, const Growth& growth) {
  std::printf("%-16s %3zu MiB %7.1f ns/B  t(2n)/t(n) %4.2f  %s%s\n", hostile.detector.c_str(), bytes >> 20U,
              growth.nanoseconds, growth.ratio, printable(hostile.piece).c_str(),
              growth.linear() ? "" : "  NOT LINEAR");
}

// Each text at 1 MiB, and for each detector the one that costs it most at full length.
int check_hostile(std::size_t bytes) {
  constexpr std::size_t short_bytes = std::size_t{1} << 20U;
  Scanner scanner(redact::all_detectors);
  int failed = 0;
  std::map<std::string, std::pair<double, Hostile>> slowest;
  const std::vector<Hostile> texts = hostile_texts();
  for (const Hostile& hostile : texts) {
    const Growth growth = growth_of(scanner, hostile.piece, short_bytes);
    auto& known = slowest[hostile.detector];
    if (growth.nanoseconds > known.first) known = {growth.nanoseconds, hostile};
    if (growth.linear()) continue;
    report(hostile, short_bytes, growth);
    ++failed;
  }
  for (const auto& [detector, worst] : slowest) {
    const Growth growth = growth_of(scanner, worst.second.piece, bytes);
    report(worst.second, bytes, growth);
    failed += growth.linear() ? 0 : 1;
  }
  std::printf("%zu texts, %d not linear\n", texts.size(), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--hostile") == 0) {
    const std::size_t mebibytes = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 16;
    return check_hostile(std::max<std::size_t>(mebibytes, 1) << 20U);
  }
  compare("clean", false);
  compare("one in eight with something to redact", true);
  return 0;
}
