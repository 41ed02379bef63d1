#include "transforms/redact/cut_end.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "record/json_text.hpp"
#include "transforms/redact/marks.hpp"
#include "transforms/redact/nested_json.hpp"
#include "transforms/redact/unescaped.hpp"

namespace towline::redact {

namespace {

using record::NodeId;
using record::Record;

constexpr std::size_t levels_max = 5;  // one of them is that of the line itself
constexpr std::size_t end_bytes = 128;
constexpr std::size_t part_min = 4096;
constexpr std::size_t part_growth = 4;

bool ends_in_escapes(std::string_view text) {
  return Unescaped().undo(text.substr(text.size() - std::min(text.size(), end_bytes)));
}

// Where a text of valid UTF-8 may end, at `end` or before.
std::size_t whole_characters(std::string_view text, std::size_t end) {
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return end;
}

// Base64 or hex without its end: where it begins. Else `end` itself.
std::size_t before_encoded(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && is_base64(text[begin - 1])) --begin;
  Marks marks(/*encoded=*/true);
  return marks.search(text.substr(begin, end - begin)) ? begin : end;
}

}  // namespace

// The last part of it tells where to end, if it is long enough when it is decoded.
std::size_t end_before_cut(std::string_view text, Budget& budget) {
  if (!ends_in_escapes(text)) return before_encoded(text, text.size());
  std::array<Unescaped, levels_max> levels;
  for (std::size_t size = part_min;; size *= part_growth) {
    const std::size_t begin = text.size() - std::min(text.size(), size);
    std::string_view decoded = text.substr(begin);
    std::size_t level = 0;
    for (; level < levels_max; ++level) {
      if (!budget.spend(decoded.size())) return 0;
      if (!levels[level].undo(decoded)) break;
      decoded = levels[level].text();
    }
    if (begin != 0 && decoded.size() < 2 * Record::cut_max) continue;
    std::size_t end = before_encoded(decoded, Record::safe_end(decoded));
    if (begin != 0 && end == 0) continue;
    while (level > 0) end = levels[--level].origin(end);
    return whole_characters(text, begin + end);
  }
}

namespace {

// How many bytes of it go.
std::size_t leave_out(Record& record, NodeId id, Budget& budget) {
  std::string text;
  if (!record::append_decoded(text, without_quotes(record.value(id)))) text.clear();  // can't be: it was parsed
  const std::size_t size = text.size();
  const std::size_t end = end_before_cut(text, budget);
  if (end == size) return 0;
  text.resize(end);
  record.set_string(id, text);
  return size - end;
}

void count_missing(Record& record, std::size_t more) {
  const NodeId about = record.find(Record::root, "towline");
  const NodeId missing = about == record::no_node ? about : record.find(about, "truncated_bytes");
  if (missing == record::no_node || record.type(missing) != record::Type::number) return;
  std::uint64_t bytes = 0;
  const std::string_view written = record.value(missing);
  std::from_chars(written.data(), written.data() + written.size(), bytes);
  record.set_value(missing, std::to_string(bytes + more));
}

}  // namespace

void leave_out_cut_end(Record& record, Budget& budget) {
  if (!record.cut()) return;
  record.settle_cut();
  std::size_t most = 0;
  for (NodeId id = record.next_in_order(Record::root); id != record::no_node; id = record.next_in_order(id)) {
    if (record.type(id) == record::Type::string) most = std::max(most, leave_out(record, id, budget));
  }
  if (most != 0) count_missing(record, most);
}

}  // namespace towline::redact
