#include "transforms/redact/anchors.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "transforms/redact/anchor_blocks.hpp"
#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/digit_runs.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t blocks_kept = 4096;  // what a giant needed beyond that is given back

// The bits of the blocks so far that stood some places before, across words.
class Delay {
 public:
  std::uint64_t before(std::uint64_t bits, unsigned distance) {
    const std::uint64_t result = bits << distance | last_ >> (64 - distance);
    last_ = bits;
    return result;
  }

 private:
  std::uint64_t last_ = 0;
};

// Which bits end a run of at least `min` set bits (9 to 16), found by doubling: one for each such run. Without a
// branch: texts have too many short runs to foresee them.
template <unsigned min>
class RunFinder {
 public:
  std::uint64_t next(std::uint64_t bits) {
    const std::uint64_t two = bits & two_.before(bits, 1);
    const std::uint64_t four = two & four_.before(two, 2);
    const std::uint64_t eight = four & eight_.before(four, 4);
    const std::uint64_t enough = eight & enough_.before(eight, min - 8);
    return enough & ~more_.before(enough, 1);
  }

 private:
  Delay two_, four_, eight_, enough_, more_;
};

// Which bits are the last of four in steps of three.
class SpacedFinder {
 public:
  std::uint64_t next(std::uint64_t bits) {
    const std::uint64_t two = bits & two_.before(bits, 3);
    return two & four_.before(two, 6);
  }

 private:
  Delay two_, four_;
};

// Which bits are the second of two in a step of four or five.
class PairFinder {
 public:
  std::uint64_t next(std::uint64_t bits) { return bits & (four_.before(bits, 4) | five_.before(bits, 5)); }

 private:
  Delay four_, five_;
};

// Which bits may be the last of a date, 2026-11-20: the dashes are its.
class DateFinder {
 public:
  std::uint64_t next(std::uint64_t dashes) { return day_.before(dashes, 2) & month_.before(dashes, 5); }

 private:
  Delay day_, month_;
};

// Those of the bits in the block at `begin` that stand at a place that is one.
template <class IsOne>
std::uint64_t keep_those(std::uint64_t bits, std::size_t begin, IsOne is_one) {
  std::uint64_t kept = 0;
  for (; bits != 0; bits &= bits - 1) {
    if (is_one(begin + static_cast<std::size_t>(std::countr_zero(bits)))) kept |= bits & -bits;
  }
  return kept;
}

// Whether the run whose digit_run_min-th character stands at `at` may hold a number, or a part of one.
bool is_in_number(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 1 - digit_run_min;
  const std::size_t end = skip(text, at, in_digit_run);
  return goes_beyond(text, begin, end) || may_hold_number(text, begin, end);
}

// Where to look for a number in the dotted run whose dotted_run_min-th character stands at `at`.
std::size_t place_in_dotted_number(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 1 - dotted_run_min;
  const std::size_t dot = skip(text, begin, in_digit_run);
  const bool dotted = dot < text.size() && text[dot] == '.';
  if (dotted && may_hold_dotted_number(text, begin, skip(text, std::max(at, dot), in_dotted_run))) return dot;
  const bool is_short = dot - begin < digit_run_min && text[begin] == '0';
  return is_short && may_hold_number(text, begin, dot) ? at : AnchorFinder::none;
}

// Whether four hexadecimal digits follow the dot at `at`.
bool is_before_group(std::string_view text, std::size_t at) {
  constexpr std::size_t group = 4;
  const std::string_view after = text.substr(at + 1, group);
  return after.size() == group && std::all_of(after.begin(), after.end(), is_hex);
}

bool is_separator(char c) {
  return c == '-' || c == ':' || c == '.';
}

}  // namespace

AnchorSets::AnchorSets(std::span<const Anchor> anchors) {
  CHECK(anchors.size() <= anchors_max);
  for (std::size_t number = 0; number < anchors.size(); ++number) {
    const Anchor& anchor = anchors[number];
    const std::array<std::string_view, anchor_size> sets = {anchor.first, anchor.second, anchor.third, anchor.fourth};
    CHECK(!sets[0].empty() && std::none_of(sets[0].begin(), sets[0].end(), is_beyond_ascii));
    for (std::size_t i = 0; i < anchor_size; ++i) {
      if (i == 0 && anchor.word_start) at_word_start_.add(number);
      for (const char c : sets[i]) bytes_[static_cast<unsigned char>(c)][i].add(number);
      if (!sets[i].empty()) continue;
      end_[i].add(number);
      for (ByPlace& byte : bytes_) byte[i].add(number);
    }
  }
}

void classify_portable(const AnchorTables& tables, std::string_view text, BlockBits* out) {
  const AnchorBlocks blocks(text);
  const auto possible = [&](std::size_t i, char c) {
    const auto byte = static_cast<unsigned char>(c);
    unsigned buckets = 0;
    for (const auto& group : tables.of) {
      buckets = buckets << 8U | static_cast<unsigned>(group[i].low[byte % 16U] & group[i].high[byte / 16U]);
    }
    return buckets;
  };
  for (std::size_t number = 0; number < blocks.count(); ++number, ++out) {
    *out = {};
    const char* const block = blocks.block(number);
    for (std::size_t i = 0; i < block_size; ++i) {
      const char* const at = block + i;
      unsigned anchor = possible(0, at[0]) & possible(1, at[1]);
      if (anchor != 0) anchor &= possible(2, at[2]) & possible(3, at[3]);
      out->anchors |= std::uint64_t{anchor != 0} << i;
      out->run_chars |= std::uint64_t{in_digit_run(*at)} << i;
      out->separators |= std::uint64_t{is_separator(*at)} << i;
      out->dots |= std::uint64_t{*at == '.'} << i;
    }
  }
}

AnchorFinder::AnchorFinder(std::span<const Anchor> anchors, Shape shapes, Classify classify)
    : prepared_(prepare(anchors)), shapes_(shapes), classify_(classify) {}

// What giants needed is given back.
void AnchorFinder::make_room(std::size_t blocks) {
  if (blocks_.size() > blocks_kept && blocks <= blocks_kept) {
    blocks_ = std::vector<BlockBits>(blocks_kept);
    candidates_ = std::vector<std::uint64_t>(blocks_kept);
  }
  if (blocks_.size() >= blocks) return;
  blocks_.resize(blocks);
  candidates_.resize(blocks);
}

bool AnchorFinder::search(std::string_view text) {
  const std::size_t count = blocks_of(text);
  make_room(count);
  classify_(prepared_->tables, text, blocks_.data());
  find_shapes(text, count);
  const BlockBits* const blocks = blocks_.data();
  std::uint64_t* const candidates = candidates_.data();
  const AnchorSets& sets = prepared_->sets;
  std::uint64_t any = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto is_anchor = [&](std::size_t at) { return sets.any_at(text, at); };
    if (blocks[i].anchors != 0) candidates[i] |= keep_those(blocks[i].anchors, i * block_size, is_anchor);
    any |= candidates[i];
  }
  return any != 0;
}

// Begins the candidates with those of the shapes. One kind at a time: each loop keeps what it remembers of the blocks
// before in registers.
void AnchorFinder::find_shapes(std::string_view text, std::size_t count) {
  const BlockBits* const blocks = blocks_.data();
  std::uint64_t* const candidates = candidates_.data();
  SpacedFinder spaced;
  const std::uint64_t wants_spaced = has(shapes_, Shape::spaced_separators) ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < count; ++i) candidates[i] = spaced.next(blocks[i].separators) & wants_spaced;
  if (has(shapes_, Shape::digit_run)) {
    RunFinder<digit_run_min> runs;
    const auto is_one = [&](std::size_t at) { return is_in_number(text, at); };
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t ends = runs.next(blocks[i].run_chars);
      if (ends != 0) candidates[i] |= keep_those(ends, i * block_size, is_one);
    }
  }
  if (has(shapes_, Shape::dotted_groups)) {
    PairFinder pairs;
    const auto is_one = [&](std::size_t at) { return is_before_group(text, at); };
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t dots = pairs.next(blocks[i].dots);
      if (dots != 0) candidates[i] |= keep_those(dots, i * block_size, is_one);
    }
    find_dotted_runs(text, count);
  }
}

// The candidate is the first dot in the run, or, if there is none, its end.
void AnchorFinder::find_dotted_runs(std::string_view text, std::size_t count) {
  const BlockBits* const blocks = blocks_.data();
  std::uint64_t* const candidates = candidates_.data();
  RunFinder<dotted_run_min> runs;
  DateFinder dates;
  for (std::size_t i = 0; i < count; ++i) {
    const BlockBits& block = blocks[i];
    std::uint64_t ends = runs.next(block.run_chars | block.dots) & ~dates.next(block.separators & ~block.dots);
    for (; ends != 0; ends &= ends - 1) {
      const std::size_t at = i * block_size + static_cast<std::size_t>(std::countr_zero(ends));
      const std::size_t found = place_in_dotted_number(text, at);
      if (found != none) candidates[found / block_size] |= std::uint64_t{1} << (found % block_size);
    }
  }
}

}  // namespace towline::redact
