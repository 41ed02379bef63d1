// Takes out of one text what must not be shown: what detectors and patterns find in it as it stands, in base64 and hex
// in it, and behind its escapes, as often as there are any; where a text isn't a record's value but has fields in it,
// what is assigned to sensitive names, too. What a replacement brings together is looked at again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "transforms/redact/assignments.hpp"
#include "transforms/redact/budget.hpp"
#include "transforms/redact/field_names.hpp"
#include "transforms/redact/finding.hpp"
#include "transforms/redact/marks.hpp"
#include "transforms/redact/policy.hpp"
#include "transforms/redact/scanner.hpp"
#include "transforms/redact/tokens.hpp"
#include "transforms/redact/unescaped.hpp"

namespace towline::redact {

// One thread at a time.
class TextRedactor {
 public:
  // All outlive it.
  TextRedactor(const Policy& policy, const Tokens& tokens, Budget& budget);

  enum class Outcome : std::uint8_t {
    unchanged,
    changed,  // text() stands in place of it
    removed,  // nothing is left of it
    failed,   // it could not be examined: text() is [REDACTED:unexaminable]
    drop_record,
  };

  // Looks at the source text of a record, for those who then go through its strings.
  void search(std::string_view source);
  // The first place at or after `begin` of that text that deserves a closer look; its size if there is none.
  std::size_t next_mark(std::string_view source, std::size_t begin) const;
  // Takes the closer look at one string without escapes; false: redact() would leave it unchanged.
  bool may_hold(std::string_view source, std::size_t begin, std::size_t end);

  // `text` is decoded, or what may_hold() has just looked at. Names in it count where `assignments` says so, and in
  // what was decoded in it and looks like fields.
  Outcome redact(std::string_view text, FieldNames& names, bool assignments);
  const std::string& text() const { return text_; }

  // What patterns find in a number; null if nothing. A rule for what is unexaminable if they could not look.
  bool has_patterns() const { return !patterns_.empty(); }
  const Rule* find_in_number(std::string_view number);

  // What the last redact() has redacted, each as often as it was found.
  const std::vector<const Rule*>& redacted() const { return redacted_; }

  void release();  // what a giant needed is given back

  static constexpr int passes_max = 16;         // over one text, as long as each finds something
  static constexpr std::size_t levels_max = 4;  // of escapes of escapes
  static constexpr std::size_t depth_max = 3;   // the text, base64 in it, base64 in that

 private:
  // Working memory for a text, and for what is decoded in it.
  struct Depth {
    explicit Depth(bool encoded) : marks(encoded) {}
    Marks marks;
    std::array<Unescaped, levels_max + 2> levels;  // one more for what is torn
    std::string decoded;
    std::vector<Finding> findings;
    std::vector<Finding> found;  // in other readings of the text
    std::string values;          // those findings that were decoded
    bool torn = false;           // it can be read in other ways, see Readers
    bool rare = false;
  };
  struct Reading {
    FieldNames* names;
    bool assignments;
  };

  bool find(std::string_view text, const Reading& reading, std::size_t depth);
  void find_behind_escapes(std::string_view text, const Reading& reading, Readers readers, std::size_t depth);
  bool find_in_level(std::string_view text, const Reading& reading, bool written, std::size_t depth);
  void find_assigned(std::string_view text, FieldNames& names, Depth& depth);
  void find_detected(std::string_view text, Depth& depth);
  void find_patterns(std::string_view text, Depth& depth);
  bool find_encoded(std::string_view text, const Reading& reading, std::size_t depth, Marks::Kind kind);
  void add_encoded(std::size_t begin, std::size_t end, std::string_view stretch, std::size_t depth);
  bool keep_relevant(std::string_view text, std::size_t from, Depth& depth);
  void map_back(std::string_view text, std::size_t levels, Depth& depth);
  void replace(std::string_view text, std::string& out);
  Outcome fail();

  const Policy& policy_;
  const Tokens& tokens_;
  Budget& budget_;
  PatternFinder patterns_;
  std::vector<Scanner> scanners_;
  Marks source_marks_;
  std::vector<Depth> depths_;
  const char* scanned_ = nullptr;  // the text that the scanner `scanned_by_` holds the matches of; null: none
  std::size_t scanned_by_ = 0;
  bool failed_ = false;  // something of the text could not be examined
  std::vector<Span> spans_;
  std::vector<const Rule*> redacted_;
  std::string text_;
  std::string next_;
  std::string mask_;  // scratch
};

}  // namespace towline::redact
