// Finds the anchors of all detectors in one pass over a text, many bytes at a time: the places that are worth a look.
// Most records have none, and the detectors are never called.
//
// How: each anchor goes into one of eight buckets. For each of its three bytes two tables of 16 entries say in which
// buckets a byte with these low four bits, and with these high four bits, may stand. Six lookups (one instruction each
// for 32 bytes) and five ANDs give the buckets that are possible at a place; none is by far the most frequent answer.
// The tables know some byte pairs more than there are anchors, so each place that they give is checked once more.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

// For each of the three bytes of an anchor the buckets by low and by high half.
struct AnchorTables {
  std::array<std::array<std::uint8_t, 16>, 3> low{};
  std::array<std::array<std::uint8_t, 16>, 3> high{};
};

// Two bits for each byte of 64-byte blocks: whether an anchor may begin there, whether it is a digit, space or dash.
struct BlockBits {
  std::uint64_t anchors;
  std::uint64_t run_chars;
};

// Reads 64 * blocks + 2 bytes. Both give the same; fast() is the better one for this machine.
using Classify = void (*)(const AnchorTables& tables, const char* text, std::size_t blocks, BlockBits* out);
void classify_portable(const AnchorTables& tables, const char* text, std::size_t blocks, BlockBits* out);
Classify fast_classify();

// The tables for a set of anchors.
AnchorTables make_tables(std::span<const Anchor> anchors);

// For each of the three bytes of an anchor the anchors that it fits, as bits. Exact where AnchorTables are not.
using AnchorSets = std::array<std::array<std::uint64_t, 256>, 3>;
inline constexpr std::size_t anchors_max = 64;

// The candidates of one text. Reused from text to text; one thread at a time.
class AnchorFinder {
 public:
  // At most anchors_max. With digit runs, the eleventh byte of each run of digits, spaces and dashes is a candidate,
  // too.
  AnchorFinder(std::span<const Anchor> anchors, bool digit_runs, Classify classify = fast_classify());

  // Returns whether there are any.
  bool search(std::string_view text);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  // The first candidate at or after `from` and before `end`, or none.
  std::size_t next(std::size_t from, std::size_t end) const {
    for (std::size_t word = from / 64; from < end; from = ++word * 64) {
      const std::uint64_t bits = candidates_[word] >> (from % 64);
      if (bits == 0) continue;
      const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(bits));
      return at < end ? at : none;
    }
    return none;
  }

 private:
  void classify_all(std::string_view text);
  std::uint64_t confirm(std::string_view text, std::size_t begin, std::uint64_t possible) const;

  AnchorTables tables_;
  AnchorSets sets_;
  bool digit_runs_;
  Classify classify_;
  std::vector<BlockBits> blocks_;
  std::vector<std::uint64_t> candidates_;
};

}  // namespace towline::redact
