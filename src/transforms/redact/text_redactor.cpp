#include "transforms/redact/text_redactor.hpp"

#include <algorithm>
#include <utility>

#include "base/json_string.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/encoded_runs.hpp"
#include "transforms/redact/escaped_tail.hpp"
#include "transforms/redact/nested_json.hpp"

namespace towline::redact {

namespace {

// Whether undoing escapes may change the text: `marks` are those of its other escapes.
bool may_be_escaped(std::string_view text, const Marks& marks) {
  return marks.next(Marks::escape, 0, text.size()) != Marks::none || text.find('\\') != std::string_view::npos ||
         text.find('\x1B') != std::string_view::npos || text.find('\0') != std::string_view::npos;
}

// Nothing that is worth redacting can be encoded in less.
constexpr std::size_t hidden_min = 6;

// Whether it is an address that was masked behind an escape: of caf%20a***@example.com only the last part was one.
bool is_masked_behind_escape(std::string_view found) {
  const std::size_t mask = found.find("***@");
  if (mask == std::string_view::npos) return false;
  const std::size_t escape = found.substr(0, mask).rfind('%');
  if (escape == std::string_view::npos || mask - escape < 4) return false;
  const std::string_view shown = found.substr(escape + 3, mask - escape - 3);
  return hex_value(found[escape + 1]) < 16 && hex_value(found[escape + 2]) < 16 &&
         utf8_sequence_length(shown) == shown.size();
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// What is found in a text as it stands may go on behind an escape. A mask would show a part of it.
void include_tails(std::string_view text, std::vector<Finding>& findings) {
  bool any = false;
  std::size_t reached = 0;  // what stands in the tail of another one isn't looked at again
  for (Finding& finding : findings) {
    if (finding.begin < reached) continue;
    reached = escaped_tail_end(text, finding.end);
    if (reached == finding.end) continue;
    finding.end = reached;
    finding.whole = false;
    any = true;
  }
  if (any) merge_overlaps(findings);
}

}  // namespace

TextRedactor::TextRedactor(const Policy& policy, const Tokens& tokens, Budget& budget)
    : policy_(policy),
      tokens_(tokens),
      budget_(budget),
      patterns_(policy.patterns, policy.pattern_rules),
      source_marks_(policy.base64) {
  if (!policy.dropping.empty()) scanners_.emplace_back(policy.dropping);
  if (!policy.detectors.empty()) scanners_.emplace_back(policy.detectors);
  for (std::size_t i = 0; i < depth_max; ++i) depths_.emplace_back(policy.base64);
}

void TextRedactor::search(std::string_view source) {
  for (Scanner& scanner : scanners_) scanner.mark(source);
  source_marks_.search(source);
}

std::size_t TextRedactor::next_mark(std::string_view source, std::size_t begin) const {
  if (!patterns_.empty()) return begin;
  std::size_t next = source.size();
  for (const Scanner& scanner : scanners_) next = scanner.next_mark(begin, next);
  return source_marks_.next(begin, next);
}

bool TextRedactor::may_hold(std::string_view source, std::size_t begin, std::size_t end) {
  if (source_marks_.next(begin, end) != end || patterns_.any(source.substr(begin, end - begin))) {
    scanned_ = nullptr;
    return true;
  }
  scanned_ = nullptr;
  for (scanned_by_ = 0; scanned_by_ < scanners_.size(); ++scanned_by_) {
    if (!scanners_[scanned_by_].scan_part(source, begin, end)) continue;
    scanned_ = source.data() + begin;
    return true;
  }
  return false;
}

TextRedactor::Outcome TextRedactor::redact(std::string_view text, FieldNames& names, bool assignments) {
  redacted_.clear();
  failed_ = false;
  const Reading reading{&names, assignments};
  bool removed = false;
  for (int pass = 0; pass <= passes_max; ++pass) {
    if (pass > 0 && !budget_.spend(text.size())) return fail();
    const bool found = find(text, reading, 0);
    if (failed_) return fail();
    if (!found)
      return pass == 0 ? Outcome::unchanged : removed && is_blank(text_) ? Outcome::removed : Outcome::changed;
    for (const Finding& finding : depths_[0].findings) {
      redacted_.push_back(finding.rule);
      if (finding.rule->action == Action::drop_record) return Outcome::drop_record;
      removed = removed || finding.rule->action == Action::remove;
    }
    replace(text, next_);
    text_.swap(next_);
    text = text_;
  }
  return fail();
}

TextRedactor::Outcome TextRedactor::fail() {
  text_ = unexaminable;
  return Outcome::failed;
}

// The findings of depths_[depth] are those of the first level of escapes that has any.
bool TextRedactor::find(std::string_view text, const Reading& reading, std::size_t depth_number) {
  Depth& depth = depths_[depth_number];
  depth.values.clear();
  if (find_in_level(text, reading, depth_number == 0, depth_number)) return true;
  if (text.size() < hidden_min) return false;
  std::string_view level_text = text;
  for (std::size_t level = 0; !failed_ && may_be_escaped(level_text, depth.marks); ++level) {
    if (!budget_.spend(level_text.size())) failed_ = true;
    Unescaped& unescaped = depth.levels[level];
    if (failed_ || !unescaped.undo(level_text)) break;
    if (level == levels_max) failed_ = true;  // escapes of escapes of escapes
    level_text = unescaped.text();
    if (failed_ || !find_in_level(level_text, reading, false, depth_number)) continue;
    map_back(level_text, level + 1, depth);
    return true;
  }
  return false;
}

// In the order of trust: what is found first gives its name. `written`: the text is as it was given, not decoded here.
bool TextRedactor::find_in_level(std::string_view text, const Reading& reading, bool written,
                                 std::size_t depth_number) {
  Depth& depth = depths_[depth_number];
  depth.findings.clear();
  const bool assignments = reading.assignments || (!written && looks_like_fields(text));
  if (assignments && find_assigned(text, *reading.names, depth)) return true;
  if (find_detected(text, depth) || failed_) return !failed_;
  if (find_patterns(text, depth) || failed_) return !failed_;
  if (text.size() < hidden_min || !depth.marks.search(text) || depth_number + 1 == depth_max) return false;
  const bool base64 = find_encoded(text, reading, depth_number, Marks::base64);
  const bool hex = find_encoded(text, reading, depth_number, Marks::hex);
  merge_overlaps(depth.findings);
  return base64 || hex;
}

bool TextRedactor::find_assigned(std::string_view text, FieldNames& names, Depth& depth) {
  find_assignments(text, names, policy_.redactions, spans_);
  std::size_t end = 0;
  for (const Span& span : spans_) {
    const bool in_order = span.begin >= end && span.end > span.begin && span.end <= text.size();
    if (!in_order || depth.findings.size() == findings_max)
      failed_ = true;  // the first would be an error of the search
    if (failed_) return false;
    depth.findings.push_back({span.begin, span.end, &policy_.field});
    end = span.end;
  }
  include_tails(text, depth.findings);
  return !depth.findings.empty();
}

bool TextRedactor::find_detected(std::string_view text, Depth& depth) {
  const char* const looked_at = std::exchange(scanned_, nullptr);
  const bool scanned = looked_at != nullptr && looked_at == text.data();
  for (std::size_t i = scanned ? scanned_by_ : 0; i < scanners_.size(); ++i) {
    Scanner& scanner = scanners_[i];
    const bool known = scanned && i == scanned_by_;
    if (!known && !scanner.scan(text)) continue;
    failed_ = failed_ || scanner.overflow();
    for (const Match& match : scanner.matches())
      depth.findings.push_back({match.begin, match.end, &policy_.rule_of(match.detector)});
    if (keep_relevant(text, depth)) return true;
  }
  return false;
}

bool TextRedactor::find_patterns(std::string_view text, Depth& depth) {
  if (patterns_.empty()) return false;
  if (!patterns_.find(text, budget_, depth.findings)) failed_ = true;
  return keep_relevant(text, depth);
}

// Without what is allowed, what is redacted already, and masks that show just what they hide.
bool TextRedactor::keep_relevant(std::string_view text, Depth& depth) {
  if (depth.findings.empty()) return false;
  const bool redacted = text.find(redaction_start) != std::string_view::npos;
  const auto irrelevant = [&](const Finding& finding) {
    const std::string_view found = text.substr(finding.begin, finding.end - finding.begin);
    if (redacted && policy_.redactions.inside_one(text, finding.begin, finding.end)) return true;
    if (policy_.allowed_values.contain(found)) return true;
    if (finding.rule->action != Action::mask || finding.rule->mask == nullptr) return false;
    mask_.clear();
    finding.rule->mask(found, mask_);
    return mask_ == found || is_masked_behind_escape(found);
  };
  std::erase_if(depth.findings, irrelevant);
  include_tails(text, depth.findings);
  return !depth.findings.empty();
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

void TextRedactor::replace(std::string_view text, std::string& out) {
  const Depth& depth = depths_[0];
  out.clear();
  std::size_t copied = 0;
  for (const Finding& finding : depth.findings) {
    out += text.substr(copied, finding.begin - copied);
    const bool kept = finding.value_end != 0;
    const std::string_view value =
        kept ? std::string_view(depth.values).substr(finding.value_begin, finding.value_end - finding.value_begin)
             : text.substr(finding.begin, finding.end - finding.begin);
    append_replacement(*finding.rule, value, finding.whole, tokens_, out);
    copied = finding.end;
  }
  out += text.substr(copied);
}

const Rule* TextRedactor::find_in_number(std::string_view number) {
  static constexpr Rule cant_look{unexaminable_name, Action::redact, nullptr};
  Depth& depth = depths_[0];
  depth.findings.clear();
  failed_ = false;
  const bool found = find_patterns(number, depth);
  if (failed_) return &cant_look;
  return found ? depth.findings.front().rule : nullptr;
}

void TextRedactor::release() {
  source_marks_.release();
  depths_.clear();
  for (std::size_t i = 0; i < depth_max; ++i) depths_.emplace_back(policy_.base64);
  text_ = std::string();
  next_ = std::string();
}

}  // namespace towline::redact
