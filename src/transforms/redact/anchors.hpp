// Finds the anchors and shapes of all detectors in one pass over a text, many bytes at a time: the places that are
// worth a look. Most records have none, and the detectors are never called.
//
// How: each anchor goes into one of sixteen buckets. For each of its four bytes tables say in which buckets a byte may
// stand; ANDing what they say about four bytes in a row gives the buckets that are possible at a place, and none is by
// far the most frequent answer. Vector instructions look up many bytes at once, in tables of 16 entries for the low and
// for the high four bits of a byte (AVX2), or of 128 entries (AVX-512). The tables let pass more than there are
// anchors, so each place that they give is checked once more.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

inline constexpr std::size_t anchor_size = 4;
inline constexpr std::size_t anchors_max = 128;

// For one byte of an anchor and eight buckets, as bits: those where a byte may stand that has these low four bits,
// these high four bits, this value.
struct ByteTables {
  std::array<std::uint8_t, 16> low{};
  std::array<std::uint8_t, 16> high{};
  std::array<std::uint8_t, 128> ascii{};
};
struct AnchorTables {
  static constexpr std::size_t groups = 2;  // of eight buckets
  std::array<std::array<ByteTables, anchor_size>, groups> of{};
};

// A bit for each byte of 64: whether an anchor may begin there, and whether it is what shapes consist of.
struct BlockBits {
  std::uint64_t anchors;
  std::uint64_t run_chars;   // of Shape::digit_run
  std::uint64_t separators;  // of Shape::spaced_separators
  std::uint64_t dots;
};

inline constexpr std::size_t block_size = 64;
constexpr std::size_t blocks_of(std::string_view text) {
  return (text.size() + block_size - 1) / block_size;
}

// Writes blocks_of(text). Each gives all anchors and shapes, but not the same false ones; fast() is the best for this
// machine.
using Classify = void (*)(const AnchorTables& tables, std::string_view text, BlockBits* out);
void classify_portable(const AnchorTables& tables, std::string_view text, BlockBits* out);
Classify fast_classify();
Classify avx2_classify();    // null where the machine, or the compiler's target, has none
Classify avx512_classify();  // the same

// The tables for a list of anchors.
AnchorTables make_tables(std::span<const Anchor> anchors);

// A set of anchors, by their numbers.
struct AnchorSet {
  std::array<std::uint64_t, anchors_max / 64> words{};

  void add(std::size_t number) { words[number / 64] |= std::uint64_t{1} << (number % 64); }
  void keep(const AnchorSet& other) {
    for (std::size_t i = 0; i < words.size(); ++i) words[i] &= other.words[i];
  }
  void remove(const AnchorSet& other) {
    for (std::size_t i = 0; i < words.size(); ++i) words[i] &= ~other.words[i];
  }
  bool empty() const { return (words[0] | words[1]) == 0; }
  template <class Use>
  void each(Use use) const {
    for (std::size_t i = 0; i < words.size(); ++i) {
      for (std::uint64_t left = words[i]; left != 0; left &= left - 1) {
        use(i * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }
};

// Which anchors stand at a place of a text: exact, where AnchorTables are not.
class AnchorSets {
 public:
  // At most anchors_max.
  explicit AnchorSets(std::span<const Anchor> anchors);

  AnchorSet at(std::string_view text, std::size_t place) const {
    AnchorSet set = byte_set(0, text, place);
    for (std::size_t i = 1; i < anchor_size; ++i) set.keep(byte_set(i, text, place + i));
    if (!set.empty() && follows_word(text, place)) set.remove(at_word_start_);
    return set;
  }

  // Whether any does. Most places that are asked about have none, and this is quick to say so.
  bool any_at(std::string_view text, std::size_t place) const {
    if (place + anchor_size > text.size()) return !at(text, place).empty();
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data()) + place;
    const auto& first = bytes_[bytes[0]][0].words;
    const auto& second = bytes_[bytes[1]][1].words;
    const auto& third = bytes_[bytes[2]][2].words;
    const auto& fourth = bytes_[bytes[3]][3].words;
    const std::uint64_t low = first[0] & second[0] & third[0] & fourth[0];
    const std::uint64_t high = first[1] & second[1] & third[1] & fourth[1];
    return (low | high) != 0 && !at(text, place).empty();
  }

 private:
  const AnchorSet& byte_set(std::size_t i, std::string_view text, std::size_t place) const {
    return place < text.size() ? bytes_[static_cast<unsigned char>(text[place])][i] : end_[i];
  }

  // For each byte, and for the end of a text, the anchors in which it may be the first, the second, ...
  using ByPlace = std::array<AnchorSet, anchor_size>;
  std::array<ByPlace, 256> bytes_{};
  ByPlace end_{};
  AnchorSet at_word_start_;
};

// What a list of anchors needs to be searched for; constant.
struct PreparedAnchors {
  explicit PreparedAnchors(std::span<const Anchor> anchors) : tables(make_tables(anchors)), sets(anchors) {}

  AnchorTables tables;
  AnchorSets sets;
};
// That of an equal list if it is among the last prepared_max different ones, because making one takes its time. From
// any thread.
inline constexpr std::size_t prepared_max = 8;
std::shared_ptr<const PreparedAnchors> prepare(std::span<const Anchor> anchors);

// The candidates of one text. Reused from text to text; one thread at a time.
class AnchorFinder {
 public:
  AnchorFinder(std::span<const Anchor> anchors, Shape shapes, Classify classify = fast_classify());

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

  const AnchorSets& anchors() const { return prepared_->sets; }

 private:
  void make_room(std::size_t blocks);
  void find_shapes(std::string_view text, std::size_t count);
  void find_dotted_runs(std::string_view text, std::size_t count);

  std::shared_ptr<const PreparedAnchors> prepared_;
  Shape shapes_;
  Classify classify_;
  std::vector<BlockBits> blocks_;
  std::vector<std::uint64_t> candidates_;
};

}  // namespace towline::redact
