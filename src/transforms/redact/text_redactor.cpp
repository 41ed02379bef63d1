#include "transforms/redact/text_redactor.hpp"

#include <algorithm>
#include <utility>

#include "base/json_string.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

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

void TextRedactor::find_assigned(std::string_view text, FieldNames& names, Depth& depth) {
  find_assignments(text, names, policy_.redactions, spans_);
  std::size_t end = 0;
  for (const Span& span : spans_) {
    const bool in_order = span.begin >= end && span.end > span.begin && span.end <= text.size();
    if (!in_order || depth.findings.size() == findings_max)
      failed_ = true;  // the first would be an error of the search
    if (failed_) return;
    depth.findings.push_back({span.begin, span.end, &policy_.field});
    end = span.end;
  }
}

void TextRedactor::find_detected(std::string_view text, Depth& depth) {
  const char* const looked_at = std::exchange(scanned_, nullptr);
  const bool scanned = looked_at != nullptr && looked_at == text.data();
  const std::size_t before = depth.findings.size();
  for (std::size_t i = scanned ? scanned_by_ : 0; i < scanners_.size(); ++i) {
    Scanner& scanner = scanners_[i];
    const bool known = scanned && i == scanned_by_;
    if (!known && !scanner.scan(text)) continue;
    failed_ = failed_ || scanner.overflow();
    for (const Match& match : scanner.matches())
      depth.findings.push_back({match.begin, match.end, &policy_.rule_of(match.detector)});
    if (keep_relevant(text, before, depth)) return;
  }
}

void TextRedactor::find_patterns(std::string_view text, Depth& depth) {
  if (patterns_.empty()) return;
  if (!patterns_.find(text, budget_, depth.findings)) failed_ = true;
  keep_relevant(text, 0, depth);
}

// Of the findings `from` on, without what is allowed, what is redacted already, and masks that show just what they
// hide. Whether any are left.
bool TextRedactor::keep_relevant(std::string_view text, std::size_t from, Depth& depth) {
  if (depth.findings.size() == from) return false;
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
  const auto begin = depth.findings.begin() + static_cast<std::ptrdiff_t>(from);
  depth.findings.erase(std::remove_if(begin, depth.findings.end(), irrelevant), depth.findings.end());
  return depth.findings.size() != from;
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
  find_patterns(number, depth);
  if (failed_) return &cant_look;
  return depth.findings.empty() ? nullptr : depth.findings.front().rule;
}

void TextRedactor::release() {
  source_marks_.release();
  depths_.clear();
  for (std::size_t i = 0; i < depth_max; ++i) depths_.emplace_back(policy_.base64);
  text_ = std::string();
  next_ = std::string();
}

}  // namespace towline::redact
