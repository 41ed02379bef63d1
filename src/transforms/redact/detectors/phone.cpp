// Telephone numbers: with a country code (+49 30 901820), North American ones with separators ((212) 555-0123), and
// those of other countries with the 0 that is dialled before an area (020 7946 0958, 030/901820). A number in one piece
// without a + is none: it could be anything.
#include <algorithm>
#include <array>
#include <string>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/digit_groups.hpp"
#include "transforms/redact/detectors/numbering_plan.hpp"

namespace towline::redact {

namespace {

// Digits of the first groups of a number.
class Digits {
 public:
  void add(std::string_view digits) { size_ += digits.copy(&digits_[size_], digits_.size() - size_); }
  std::string_view text() const { return {digits_.data(), size_}; }

 private:
  std::array<char, 2 * DigitGroups::digits_max> digits_{};
  std::size_t size_ = 0;
};

bool ends_cleanly(std::string_view text, std::size_t end) {
  return end == text.size() || !(is_alnum(text[end]) || text[end] == '_' || text[end] == '%');
}

// Not as a part of a word, an id or a path.
bool begins_cleanly(std::string_view text, std::size_t begin) {
  constexpr std::string_view joins = "-./_#$+%@";
  return !follows_word(text, begin) && (begin == 0 || joins.find(text[begin - 1]) == std::string_view::npos);
}

// --- With a country code ---

// All digits after the + (or 00), so many of them before the first gap: it isn't in the middle of the country code.
bool is_international(std::string_view digits, std::size_t first_group) {
  const std::size_t code = country_code_length(digits);
  if (code == 0 || code > first_group) return false;
  const auto [min, max] = national_length(digits.substr(0, code));
  const std::string_view national = digits.substr(code);
  if (national.size() < min || national.size() > max || digits.size() < 8) return false;
  if (digits[0] == '1' && !is_north_american(national)) return false;
  const bool round = std::all_of(national.begin(), national.end(), [&](char c) { return c == national[0]; });
  return !round && (national[0] != '0' || digits.starts_with("39"));
}

// A date behind a number, 2026-11-20.
bool is_date(const DigitGroups& groups, std::size_t i) {
  if (i + 2 >= groups.count() || groups[i].size() != 4 || groups[i + 1].size() != 2 || groups[i + 2].size() != 2)
    return false;
  return groups.gap(i) == groups.gap(i + 1) && (groups.text(i).starts_with("20") || groups.text(i).starts_with("19"));
}

// Where the longest such number ends, 0 if there is none. A (0) isn't dialled.
std::size_t international_end(std::string_view text, const DigitGroups& groups, std::size_t prefix) {
  Digits digits;
  std::size_t end = 0;
  for (std::size_t i = 0; i < groups.count() && !is_date(groups, i); ++i) {
    const bool trunk = i > 0 && groups.text(i) == "0" && text[groups[i].begin - 1] == '(';
    if (!trunk) digits.add(i == 0 ? groups.text(i).substr(prefix) : groups.text(i));
    if (ends_cleanly(text, groups[i].end) && is_international(digits.text(), groups[0].size() - prefix))
      end = groups[i].end;
  }
  return end;
}

std::size_t end_with_plus(std::string_view text, std::size_t plus) {
  if (!begins_cleanly(text, plus)) return 0;
  const bool bracket = text.substr(plus + 1).starts_with('(');
  return international_end(text, DigitGroups(text, plus + (bracket ? 2 : 1), bracket), 0);
}

// --- North American ---

// Blanks alone stand between any numbers of a table, too: then what is before has to tell.
bool is_announced(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t before_max = 24;
  constexpr std::array<std::string_view, 11> words = {"phone", "tel", "call",    "mobile", "cell",    "fax",
                                                      "dial",  "sms", "contact", "number", "whatsapp"};
  const std::size_t from = begin - std::min(begin, before_max);
  for (std::size_t at = from; at < begin; ++at) {
    if (std::any_of(words.begin(), words.end(), [&](std::string_view word) { return word_at(text, at, word); }))
      return true;
  }
  return begin == 0 && end == text.size();
}

std::size_t north_american_end(std::string_view text, std::size_t begin, const DigitGroups& groups) {
  const bool with_one = groups.count() > 0 && groups.text(0) == "1";
  if (with_one ? !groups.have_sizes(1, 3, 3, 4) : !groups.have_sizes(3, 3, 4)) return 0;
  const std::size_t first = with_one ? 1 : 0;
  Digits digits;
  for (std::size_t i = first; i < first + 3; ++i) digits.add(groups.text(i));
  const std::size_t end = groups[first + 2].end;
  const bool more = groups.count() > first + 3 && groups.gap(first + 2) == "-";  // a part of some id
  if (!is_north_american(digits.text()) || !ends_cleanly(text, end) || more) return 0;
  const bool brackets = groups.gap(first).find(')') != std::string_view::npos;
  const bool table = !brackets && groups.blank_gaps(first, first + 2) && !is_announced(text, begin, end);
  return table ? 0 : end;
}

// --- With a 0 before the area ---

// 01.02.2026 17.30, and ids with a year (05-2026-00123).
bool has_date(const DigitGroups& groups) {
  if (groups.have_sizes(2, 2, 4)) return true;
  if (!groups.have_sizes(2, 4)) return false;
  return groups.text(1).starts_with("19") || groups.text(1).starts_with("20");
}

bool has_sizes_of_national(const DigitGroups& groups, std::size_t count) {
  std::size_t total = groups[0].size();
  bool pairs = total == 2;
  bool part_number = count > 2;  // 0106-70-6770
  bool counting = true;          // 01 02 03 04 05
  for (std::size_t i = 1; i < count; ++i) {
    const std::size_t size = groups[i].size();
    if (size < 2 || size > 8 || (i > 1 && groups.gap(i - 1).find('/') != std::string_view::npos)) return false;
    total += size;
    pairs = pairs && size == 2;
    part_number = part_number && groups.gap(i - 1) == "-";
    counting = counting && groups.text(i)[0] == '0';
  }
  if (part_number && !pairs && (groups[1].size() == 2 || groups[count - 1].size() == 2)) return false;
  const std::size_t first = groups[0].size();
  if (first == 5 && total < 10) return false;                  // a US postal code
  if (count == 3 && groups.have_sizes(3, 2, 4)) return false;  // a US social security number
  if (count > 5 || counting || (pairs && count != 5)) return false;
  return total >= 9 && (total <= 11 || (total == 12 && first >= 4 && count <= 3 && groups.gap(0) != "."));
}

bool is_hex_of_size(std::string_view word, std::size_t size) {
  return word.size() == size && std::all_of(word.begin(), word.end(), is_hex);
}

// In a table, or a dump of bytes, the number before or behind has as many digits.
bool goes_on(std::string_view text, const DigitGroups& groups, std::size_t count) {
  constexpr std::size_t word_max = 8;
  const std::size_t first = groups[0].size();
  const std::size_t last = groups[count - 1].size();
  const std::size_t before_end = groups[0].begin - blank_before(text, groups[0].begin);
  std::size_t before = before_end;
  while (before > 0 && before_end - before < word_max && is_alnum(text[before - 1])) --before;
  const bool follows = before_end < groups[0].begin && is_hex_of_size(text.substr(before, before_end - before), first);
  const std::size_t end = groups[count - 1].end;
  const std::size_t after = end + blank_at(text, end);
  const std::size_t after_end = skip(text.substr(0, std::min(text.size(), after + word_max)), after, is_alnum);
  const bool precedes = after > end && is_hex_of_size(text.substr(after, after_end - after), last);
  return follows || precedes || (count < groups.count() && groups[count].size() == last);
}

std::size_t national_end(std::string_view text, const DigitGroups& groups) {
  const std::string_view first = groups.text(0);
  if (first.size() < 2 || first.size() > 5 || first[1] == '0' || has_date(groups)) return 0;
  for (std::size_t count = groups.count(); count > 1; --count) {
    if (!has_sizes_of_national(groups, count)) continue;
    const std::size_t end = groups[count - 1].end;
    return ends_cleanly(text, end) && !goes_on(text, groups, count) ? end : 0;
  }
  return 0;
}

// The end of the number that begins at a digit or an opening bracket, or 0.
std::size_t end_without_plus(std::string_view text, std::size_t begin) {
  const bool bracket = text[begin] == '(';
  const std::size_t at = begin + (bracket ? 1 : 0);
  if (!begins_cleanly(text, begin) || at >= text.size() || !is_digit(text[at])) return 0;
  const DigitGroups groups(text, at, bracket);
  if (groups.count() < 2) return 0;
  if (text[at] != '0') return north_american_end(text, begin, groups);
  if (groups.text(0).starts_with("00"))
    return groups[0].size() > 2 && !bracket ? international_end(text, groups, 2) : 0;
  return national_end(text, groups);
}

// Goes through all that could be part of numbers, each of which is read a bounded number of times.
std::size_t find(std::string_view text, std::size_t at, Found& found) {
  const auto in_number = [](char c) { return in_digit_run(c) || c == '+' || c == '.'; };
  while (at > 0 && in_number(text[at - 1])) --at;
  while (at < text.size() && in_number(text[at])) {
    std::size_t end = 0;
    if (text[at] == '+')
      end = end_with_plus(text, at);
    else if (text[at] == '(' || is_digit(text[at]))
      end = end_without_plus(text, at);
    if (end != 0) found.add(at, end);
    at = end != 0 ? end : std::max(at + 1, skip(text, at, is_digit));
  }
  return at;
}

constexpr std::string_view after_plus = "123456789(";
constexpr std::string_view after_first = "0123456789 -.()\xC2";
constexpr Anchor anchors[] = {{"+", after_plus, after_first}};

constexpr Example examples[] = {
    {"+4930901820", "[REDACTED:phone]"},
    {"+49 30 901820", "[REDACTED:phone]"},
    {"+49 (0)30 / 901820", "[REDACTED:phone]"},
    {"+44 20 7946 0958", "[REDACTED:phone]"},
    {"+33 1 23 45 67 89", "[REDACTED:phone]"},
    {"+1-202-555-0172", "[REDACTED:phone]"},
    {"+1 (202) 555-0172", "[REDACTED:phone]"},
    {"+91.98765.43210", "[REDACTED:phone]"},
    {"0049 30 901820", "[REDACTED:phone]"},
    {"(202) 555-0172", "[REDACTED:phone]"},
    {"202-555-0172", "[REDACTED:phone]"},
    {"202.555.0172", "[REDACTED:phone]"},
    {"202.555-0172", "[REDACTED:phone]"},
    {"(202) 555.0172", "[REDACTED:phone]"},
    {"1-800-555-0199", "[REDACTED:phone]"},
    {"phone 202 555 0172", "phone [REDACTED:phone]"},
    {"020 7946 0958", "[REDACTED:phone]"},
    {"(020) 7946 0958", "[REDACTED:phone]"},
    {"01632 960001", "[REDACTED:phone]"},
    {"0171/1234567", "[REDACTED:phone]"},
    {"030/901820", "[REDACTED:phone]"},
    {"030.901820", "[REDACTED:phone]"},
    {"(030) 901820-12", "[REDACTED:phone]"},
    {"01 23 45 67 89", "[REDACTED:phone]"},
    {"01.23.45.67.89", "[REDACTED:phone]"},
    {"06-12345678", "[REDACTED:phone]"},
    {"03-1234-5678", "[REDACTED:phone]"},
    {"0412 345 678", "[REDACTED:phone]"},
    {"tel:+1-201-555-0123", "tel:[REDACTED:phone]"},
};
constexpr std::string_view counter_examples[] = {
    "2025550172",
    "4930901820",
    "030901820",
    "1763658342123",
    "2026-11-20 17:05:42",
    "20.11.2026 17.05",
    "01.02.2026 170542",
    "02134-1001",
    "536-22-8726",
    "078-05-1120",
    "978-3-16-148410-0",
    "0-306-40615-2",
    "ORD-202-555-0172",
    "202-555-0172-1",
    "200 512 1024",
    "status 404 512 1024",
    "1 234 567 890",
    "+02:00",
    "+1000000000",
    "+123456789",
    "+52.520008 +13.404954",
    "01 23 45 67 89 10 11 12",
    "192.168.100.1024",
    "10.0.0.1",
    "112-9406811-4521058",
    "5.10.0-0412-345-678",
    "05-2026-00123",
    "0106-70-6770",
    "<01 02 03 04 05>",
    "0639 0645 0645",
    "[*0209.0020.0002]",
    "lag +497554 (-4.11%)",
    "+67.846518",
    "5e 9b 0c 01 88 80 47 14 ac 89",
};

}  // namespace

const Detector phone = {
    .name = "phone",
    .description =
        "Telephone numbers with a country code (`+49 30 901820`, `0049 30 901820`), North American ones with "
        "separators or "
        "brackets, and those of other countries with the 0 before the area and separators.",
    .validation =
        "A country code that there is and as many digits as its numbers have; North American areas and exchanges that "
        "can "
        "be; 9 to 12 digits after a 0. Numbers in one piece without a + are left alone, and so are dates, and rows of "
        "numbers with blanks unless a word such as phone or call stands before.",
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .shapes = Shape::digit_run | Shape::spaced_separators | Shape::dotted_groups,
    .find = find,
};

}  // namespace towline::redact
