#include "transforms/redact/anchors.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "transforms/redact/anchor_blocks.hpp"
#include "transforms/redact/detectors/characters.hpp"

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

// Which bits end a run of at least digit_run_min set bits, found by doubling: one for each such run.
class RunFinder {
 public:
  std::uint64_t next(std::uint64_t bits) {
    std::uint64_t run = bits & two_.before(bits, 1);
    run &= four_.before(run, 2);
    if (run == 0 && idle_) return 0;
    idle_ = run == 0;
    run &= eight_.before(run, 4);
    run &= enough_.before(run, digit_run_min - 8);
    return run & ~more_.before(run, 1);
  }

 private:
  Delay two_, four_, eight_, enough_, more_;
  bool idle_ = false;  // no run of four in the word before, so the last three remember nothing
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

// Of the dots in the block at `begin` those that four hexadecimal digits follow.
std::uint64_t before_groups(std::string_view text, std::size_t begin, std::uint64_t dots) {
  constexpr std::size_t group = 4;
  std::uint64_t kept = 0;
  for (; dots != 0; dots &= dots - 1) {
    const std::string_view after = text.substr(begin + static_cast<std::size_t>(std::countr_zero(dots)) + 1, group);
    if (after.size() == group && std::all_of(after.begin(), after.end(), is_hex)) kept |= dots & -dots;
  }
  return kept;
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
      if (sets[i].empty()) end_[i].add(number);
      if (i == 0 && anchor.word_start) at_word_start_.add(number);
      for (std::size_t byte = 0; byte < 256; ++byte) {
        const bool fits = sets[i].empty() || sets[i].find(static_cast<char>(byte)) != std::string_view::npos;
        if (fits) bytes_[byte][i].add(number);
      }
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
    : tables_(make_tables(anchors)), sets_(anchors), shapes_(shapes), classify_(classify) {}

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

// One kind at a time: each loop keeps what it remembers of the blocks before in registers.
bool AnchorFinder::search(std::string_view text) {
  const std::size_t count = blocks_of(text);
  make_room(count);
  BlockBits* const blocks = blocks_.data();
  std::uint64_t* const candidates = candidates_.data();
  classify_(tables_, text, blocks);
  for (std::size_t i = 0; i < count; ++i) {
    candidates[i] = blocks[i].anchors == 0 ? 0 : confirm(text, i * block_size, blocks[i].anchors);
  }
  if (has(shapes_, Shape::digit_run)) {
    RunFinder runs;
    for (std::size_t i = 0; i < count; ++i) candidates[i] |= runs.next(blocks[i].run_chars);
  }
  if (has(shapes_, Shape::spaced_separators)) {
    SpacedFinder spaced;
    for (std::size_t i = 0; i < count; ++i) candidates[i] |= spaced.next(blocks[i].separators);
  }
  if (has(shapes_, Shape::dotted_groups)) {
    PairFinder pairs;
    for (std::size_t i = 0; i < count; ++i)
      candidates[i] |= before_groups(text, i * block_size, pairs.next(blocks[i].dots));
  }
  return std::any_of(candidates, candidates + count, [](std::uint64_t some) { return some != 0; });
}

// Those of the possible anchors in the block at `begin` that are some.
std::uint64_t AnchorFinder::confirm(std::string_view text, std::size_t begin, std::uint64_t possible) const {
  std::uint64_t confirmed = 0;
  for (; possible != 0; possible &= possible - 1) {
    const std::size_t place = begin + static_cast<std::size_t>(std::countr_zero(possible));
    if (sets_.any_at(text, place)) confirmed |= possible & -possible;
  }
  return confirmed;
}

}  // namespace towline::redact
