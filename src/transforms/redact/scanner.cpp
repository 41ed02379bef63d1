#include "transforms/redact/scanner.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/digit_runs.hpp"

namespace towline::redact {

namespace {

std::size_t number_of(const Anchor& anchor, std::span<const Anchor> anchors) {
  return static_cast<std::size_t>(std::find(anchors.begin(), anchors.end(), anchor) - anchors.begin());
}

// Each once, though detectors share some.
std::vector<Anchor> anchors_of(std::span<const Detector* const> detectors) {
  std::vector<Anchor> anchors;
  for (const Detector* detector : detectors) {
    for (const Anchor& anchor : detector->anchors) {
      if (number_of(anchor, anchors) == anchors.size()) anchors.push_back(anchor);
    }
  }
  return anchors;
}

Shape shapes_of(std::span<const Detector* const> detectors) {
  Shape shapes = Shape::none;
  for (const Detector* detector : detectors) shapes = shapes | detector->shapes;
  return shapes;
}

}  // namespace

Scanner::Scanner(std::span<const Detector* const> detectors) : Scanner(detectors, anchors_of(detectors)) {}

Scanner::Scanner(std::span<const Detector* const> detectors, const std::vector<Anchor>& anchors)
    : detectors_(detectors.begin(), detectors.end()),
      by_anchor_(anchors.size()),
      resume_(detectors.size()),
      whole_(anchors, shapes_of(detectors)),
      single_(whole_) {
  CHECK(detectors.size() <= detectors_max);
  for (std::uint8_t i = 0; i < detectors_.size(); ++i) {
    const Detector& detector = *detectors_[i];
    for (const Anchor& anchor : detector.anchors) by_anchor_[number_of(anchor, anchors)].push_back(i);
    if (has(detector.shapes, Shape::digit_run)) for_runs_.push_back(i);
    if (has(detector.shapes, Shape::spaced_separators | Shape::dotted_groups)) for_separators_.push_back(i);
  }
}

bool Scanner::scan(std::string_view text) {
  found_.matches.clear();
  found_.overflow = false;
  return single_.search(text) && look(single_, text, 0);
}

bool Scanner::mark(std::string_view whole) {
  return whole_.search(whole);
}

bool Scanner::scan_part(std::string_view whole, std::size_t begin, std::size_t end) {
  found_.matches.clear();
  found_.overflow = false;
  if (whole_.next(begin, end) == AnchorFinder::none) return false;
  return look(whole_, whole.substr(begin, end - begin), begin);
}

// `offset`: where the text begins in what the finder searched.
bool Scanner::look(const AnchorFinder& finder, std::string_view text, std::size_t offset) {
  std::fill(resume_.begin(), resume_.end(), 0);
  run_end_ = 0;
  const std::size_t end = offset + text.size();
  for (std::size_t at = finder.next(offset, end); at != AnchorFinder::none; at = finder.next(at + 1, end)) {
    look_at(text, at - offset);
  }
  merge_overlaps();
  return !found_.matches.empty() || found_.overflow;
}

void Scanner::look_at(std::string_view text, std::size_t at) {
  single_.anchors().at(text, at).each([&](std::size_t anchor) {
    for (const std::uint8_t detector : by_anchor_[anchor]) ask(detector, text, at);
  });
  const char c = text[at];
  if (!for_runs_.empty() && at >= run_end_ && in_digit_run(c)) look_at_run(text, at);
  if (c == '-' || c == ':' || c == '.') {
    for (const std::uint8_t detector : for_separators_) ask(detector, text, at);
  }
}

// Many runs are blanks, or a date and a blank.
void Scanner::look_at_run(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && in_digit_run(text[begin - 1])) --begin;
  run_end_ = skip(text, at, in_digit_run);
  if (!may_hold_number(text, begin, run_end_)) return;
  for (const std::uint8_t detector : for_runs_) ask(detector, text, at);
}

void Scanner::ask(std::uint8_t detector, std::string_view text, std::size_t at) {
  if (at < resume_[detector]) return;
  found_.detector = detectors_[detector];
  resume_[detector] = found_.detector->find(text, at, found_);
}

void Scanner::Collector::add(std::size_t begin, std::size_t end) {
  overflow = overflow || matches.size() == matches_max;
  if (!overflow) matches.push_back({begin, end, detector});
}

// Whether a match of both is named by `a`: the first of those that hide everything (a mask shows a part).
bool Scanner::names_before(const Detector* a, const Detector* b) const {
  if ((a->mask == nullptr) != (b->mask == nullptr)) return a->mask == nullptr;
  const auto first =
      std::find_if(detectors_.begin(), detectors_.end(), [&](const Detector* d) { return d == a || d == b; });
  return *first == a;
}

// Anchors are met in order, matches may begin before theirs. What overlaps becomes one match.
void Scanner::merge_overlaps() {
  auto& matches = found_.matches;
  if (matches.size() < 2) return;
  std::stable_sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < matches.size(); ++i) {
    Match& last = matches[kept];
    if (matches[i].begin >= last.end) {
      matches[++kept] = matches[i];
      continue;
    }
    if (names_before(matches[i].detector, last.detector)) last.detector = matches[i].detector;
    last.end = std::max(last.end, matches[i].end);
  }
  matches.resize(kept + 1);
}

void Scanner::append_redacted(std::string_view text, std::string& out) const {
  if (found_.overflow) {
    out += "[REDACTED:unexaminable]";
    return;
  }
  std::size_t copied = 0;
  for (const Match& match : found_.matches) {
    out += text.substr(copied, match.begin - copied);
    if (match.detector->mask != nullptr)
      match.detector->mask(text.substr(match.begin, match.end - match.begin), out);
    else
      out.append("[REDACTED:").append(match.detector->name).append("]");
    copied = match.end;
  }
  out += text.substr(copied);
}

void Scanner::settle(std::string& text) {
  std::string again;
  for (int pass = 0; pass < passes_max; ++pass) {
    if (!scan(text)) return;
    again.clear();
    append_redacted(text, again);
    if (again == text) return;
    text.swap(again);
  }
  text = "[REDACTED:unexaminable]";
}

}  // namespace towline::redact
