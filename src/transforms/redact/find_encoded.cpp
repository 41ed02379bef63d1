// What TextRedactor does with what is encoded in a text: it looks behind escapes, and into base64 and hex.
#include <algorithm>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/encoded_runs.hpp"
#include "transforms/redact/escaped_tail.hpp"
#include "transforms/redact/nested_json.hpp"
#include "transforms/redact/text_redactor.hpp"

namespace towline::redact {

namespace {

// Nothing that is worth redacting can be encoded in less.
constexpr std::size_t hidden_min = 6;

// Whether undoing escapes may change the text: `marks` are those of its other escapes.
bool may_be_escaped(std::string_view text, const Marks& marks) {
  return marks.next(Marks::escape, 0, text.size()) != Marks::none || text.find('\\') != std::string_view::npos ||
         text.find('\x1B') != std::string_view::npos || text.find('\0') != std::string_view::npos;
}

bool has_escape(std::string_view text) {
  static constexpr CharacterSet escapes(std::string_view("%&\\\x1B\0\xC2", 6));
  return std::any_of(text.begin(), text.end(), [](char c) { return escapes.has(c); });
}

// Whether something that was found may be a part of what is escaped in part. What is escaped in the value of a name
// tells nothing: where it ends is to be seen in the text as it is, unless it begins with what may be a control
// sequence.
bool touch_escapes(std::string_view text, const std::vector<Finding>& findings, const Rule& field) {
  constexpr std::size_t near = 16;
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    const std::size_t inside = finding.rule == &field ? 0 : std::min(finding.end - finding.begin, near);
    if (inside == 0 && has_escape(text.substr(finding.begin, 1))) return true;
    const std::size_t before = finding.begin - std::min(finding.begin, near);
    return has_escape(text.substr(before, finding.begin + inside - before)) ||
           has_escape(text.substr(finding.end - inside, inside + near));
  });
}

}  // namespace

// The findings of depths_[depth] are those of the text as it stands, or of the first level of escapes that has any.
// What stands beside an escape may be a part of something that is escaped in part: then the next level is looked at,
// too. So are all ways to read escapes that are torn.
bool TextRedactor::find(std::string_view text, const Reading& reading, std::size_t depth_number) {
  Depth& depth = depths_[depth_number];
  depth.values.clear();
  const bool found = find_in_level(text, reading, depth_number == 0, depth_number);
  if (failed_ || text.size() < hidden_min || (found && !touch_escapes(text, depth.findings, policy_.field)))
    return found;
  depth.found.clear();
  depth.found.swap(depth.findings);
  depth.torn = depth.rare = false;
  for (const Readers readers : {Readers::hasty, Readers::patient, Readers::ignorant}) {
    if (failed_ || (readers == Readers::patient && !depth.torn) || (readers == Readers::ignorant && !depth.rare))
      continue;
    if (found || readers != Readers::hasty) depth.marks.search(text);
    find_behind_escapes(text, reading, readers, depth_number);
  }
  depth.findings.swap(depth.found);
  merge_overlaps(depth.findings);
  return !failed_ && !depth.findings.empty();  // what couldn't be undone may be the rest of what was found
}

// Puts what it finds in front of what was found before: what is decoded further tells more.
void TextRedactor::find_behind_escapes(std::string_view text, const Reading& reading, Readers readers,
                                       std::size_t depth_number) {
  Depth& depth = depths_[depth_number];
  const std::size_t most = readers == Readers::hasty ? levels_max : levels_max + 1;
  for (std::size_t level = 0; may_be_escaped(text, depth.marks); ++level) {
    if (!budget_.spend(text.size())) failed_ = true;
    Unescaped& unescaped = depth.levels[level];
    if (failed_ || !unescaped.undo(text, readers)) break;
    depth.torn = depth.torn || unescaped.torn();
    depth.rare = depth.rare || unescaped.rare();
    if (level == most) failed_ = true;  // escapes of escapes of escapes
    text = unescaped.text();
    const bool found = !failed_ && find_in_level(text, reading, false, depth_number);
    if (failed_) break;
    if (!found) continue;
    const bool partly = touch_escapes(text, depth.findings, policy_.field);
    map_back(text, level + 1, depth);
    depth.found.insert(depth.found.begin(), depth.findings.begin(), depth.findings.end());
    if (!partly) break;
    depth.marks.search(text);
  }
}

// What is found first gives its name. `written`: the text is as it was given, not decoded here. Detectors see a text
// before the values of names are taken out of it, too: these may hold a part of what tells them that something is
// secret.
bool TextRedactor::find_in_level(std::string_view text, const Reading& reading, bool written,
                                 std::size_t depth_number) {
  Depth& depth = depths_[depth_number];
  depth.findings.clear();
  const bool assignments = reading.assignments || (!written && looks_like_fields(text));
  if (assignments) find_assigned(text, *reading.names, depth);
  if (!failed_) find_detected(text, depth);
  if (!failed_ && depth.findings.empty()) find_patterns(text, depth);
  if (failed_) return false;
  if (!depth.findings.empty()) {
    merge_overlaps(depth.findings);
    include_escaped_tails(text, depth.findings);
    return true;
  }
  if (text.size() < hidden_min || !depth.marks.search(text) || depth_number + 1 == depth_max) return false;
  const bool base64 = find_encoded(text, reading, depth_number, Marks::base64);
  const bool hex = find_encoded(text, reading, depth_number, Marks::hex);
  merge_overlaps(depth.findings);
  return base64 || hex;
}

bool TextRedactor::find_encoded(std::string_view text, const Reading& reading, std::size_t depth_number,
                                Marks::Kind kind) {
  Depth& depth = depths_[depth_number];
  if (depth.marks.next(kind, 0, text.size()) == Marks::none) return false;
  const std::size_t before = depth.findings.size();
  EncodedRuns runs(text, depth.marks, kind, depth.decoded);
  while (runs.next()) {
    if (!budget_.spend(2 * runs.decoded_size())) failed_ = true;
    while (!failed_ && runs.next_stretch()) {
      if (!find(runs.stretch(), reading, depth_number + 1)) continue;
      if (depth.findings.size() == findings_max) failed_ = true;
      add_encoded(runs.begin(), runs.end(), runs.stretch(), depth_number);
    }
    if (failed_) return false;
  }
  return depth.findings.size() != before;
}

// All of the run goes for the strongest of what was found in it.
void TextRedactor::add_encoded(std::size_t begin, std::size_t end, std::string_view stretch, std::size_t depth_number) {
  const Depth& inner = depths_[depth_number + 1];
  Depth& depth = depths_[depth_number];
  const Finding& first =
      *std::max_element(inner.findings.begin(), inner.findings.end(),
                        [](const Finding& a, const Finding& b) { return a.rule->action < b.rule->action; });
  const std::string_view value =
      first.value_end != 0
          ? std::string_view(inner.values).substr(first.value_begin, first.value_end - first.value_begin)
          : stretch.substr(first.begin, first.end - first.begin);
  const std::size_t value_begin = depth.values.size();
  depth.values += value;
  depth.findings.push_back({begin, end, first.rule, false, value_begin, depth.values.size()});
}

// What was found behind so many levels of escapes, as places in the text. Its value is kept decoded.
void TextRedactor::map_back(std::string_view text, std::size_t levels, Depth& depth) {
  for (Finding& finding : depth.findings) {
    if (finding.value_end == 0) {
      finding.value_begin = depth.values.size();
      depth.values += text.substr(finding.begin, finding.end - finding.begin);
      finding.value_end = depth.values.size();
    }
    for (std::size_t level = levels; level-- > 0;) {
      finding.begin = depth.levels[level].origin(finding.begin);
      finding.end = depth.levels[level].origin(finding.end);
    }
  }
}

}  // namespace towline::redact
