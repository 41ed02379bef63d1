#include "transforms/redact/scanner.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {

namespace {

AnchorFinder make_finder(std::span<const Detector* const> detectors) {
  std::vector<Anchor> anchors;
  bool digit_runs = false;
  for (const Detector* detector : detectors) {
    anchors.insert(anchors.end(), detector->anchors.begin(), detector->anchors.end());
    digit_runs = digit_runs || detector->digit_runs;
  }
  return AnchorFinder(anchors, digit_runs);
}

bool fits(std::string_view set, std::string_view text, std::size_t at) {
  return set.empty() || (at < text.size() && set.find(text[at]) != std::string_view::npos);
}

}  // namespace

Scanner::Scanner(std::span<const Detector* const> detectors)
    : detectors_(detectors.begin(), detectors.end()),
      resume_(detectors.size()),
      whole_(make_finder(detectors)),
      single_(make_finder(detectors)) {
  CHECK(detectors.size() <= detectors_max);
  for (std::uint8_t i = 0; i < detectors_.size(); ++i) {
    if (detectors_[i]->digit_runs) for_digit_runs_.push_back(i);
    for (const Anchor& anchor : detectors_[i]->anchors) {
      for (const char c : anchor.first) by_first_byte_[static_cast<unsigned char>(c)].push_back({anchor, i});
    }
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
  const std::size_t end = offset + text.size();
  for (std::size_t at = finder.next(offset, end); at != AnchorFinder::none; at = finder.next(at + 1, end)) {
    look_at(text, at - offset);
  }
  merge_overlaps();
  return !found_.matches.empty() || found_.overflow;
}

void Scanner::look_at(std::string_view text, std::size_t at) {
  for (const Use& use : by_first_byte_[static_cast<unsigned char>(text[at])]) {
    const bool is_anchor = fits(use.anchor.second, text, at + 1) && fits(use.anchor.third, text, at + 2);
    if (is_anchor) ask(use.detector, text, at);
  }
  if (is_digit(text[at]) || text[at] == ' ' || text[at] == '-') {
    for (const std::uint8_t detector : for_digit_runs_) ask(detector, text, at);
  }
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

// Anchors are met in order, matches may begin before theirs. What overlaps becomes one match, named by the first of
// the detectors that hides everything (a mask shows a part).
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
    if (last.detector->mask != nullptr) last.detector = matches[i].detector;
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
