#include "transforms/redact/anchors.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t anchor_size = 3;
constexpr std::size_t buckets = 8;
constexpr std::size_t blocks_kept = 4096;  // what a giant needed beyond that is given back

// Which low and high halves occur at one byte of an anchor.
struct Halves {
  std::uint16_t low = 0;
  std::uint16_t high = 0;

  explicit Halves(std::string_view set = {}) {
    if (set.empty()) low = high = 0xFFFF;
    for (const char c : set) {
      low = static_cast<std::uint16_t>(low | 1U << (static_cast<unsigned char>(c) % 16U));
      high = static_cast<std::uint16_t>(high | 1U << (static_cast<unsigned char>(c) / 16U));
    }
  }
  // The number of bytes that a bucket with these halves can't tell apart.
  int bytes() const { return std::popcount(low) * std::popcount(high); }
};

struct Bucket {
  std::array<Halves, anchor_size> at;
  bool used = false;

  double candidates() const { return used ? 1.0 * at[0].bytes() * at[1].bytes() * at[2].bytes() : 0; }

  Bucket with(const Anchor& anchor) const {
    Bucket result = *this;
    const std::array<std::string_view, anchor_size> sets = {anchor.first, anchor.second, anchor.third};
    for (std::size_t i = 0; i < anchor_size; ++i) {
      const Halves halves(sets[i]);
      result.at[i].low = used ? result.at[i].low | halves.low : halves.low;
      result.at[i].high = used ? result.at[i].high | halves.high : halves.high;
    }
    result.used = true;
    return result;
  }
};

// Each anchor goes where it adds the fewest candidates.
std::array<Bucket, buckets> fill_buckets(std::span<const Anchor> anchors) {
  std::array<Bucket, buckets> all;
  for (const Anchor& anchor : anchors) {
    const auto added = [&](const Bucket& bucket) { return bucket.with(anchor).candidates() - bucket.candidates(); };
    Bucket& best = *std::min_element(all.begin(), all.end(),
                                     [&](const Bucket& a, const Bucket& b) { return added(a) < added(b); });
    best = best.with(anchor);
  }
  return all;
}

AnchorSets make_sets(std::span<const Anchor> anchors) {
  CHECK(anchors.size() <= anchors_max);
  AnchorSets all{};
  for (std::size_t number = 0; number < anchors.size(); ++number) {
    const std::array<std::string_view, anchor_size> sets = {anchors[number].first, anchors[number].second,
                                                            anchors[number].third};
    for (std::size_t i = 0; i < anchor_size; ++i) {
      for (std::size_t byte = 0; byte < 256; ++byte) {
        const bool fits = sets[i].empty() || sets[i].find(static_cast<char>(byte)) != std::string_view::npos;
        all[i][byte] |= std::uint64_t{fits} << number;
      }
    }
  }
  return all;
}

bool is_run_char(char c) {
  return (c >= '0' && c <= '9') || c == ' ' || c == '-';
}

// Runs of bits, across words: which bits end a run of at least digit_run_min set bits, found by doubling.
class RunFinder {
 public:
  // The bits that make a run long enough: one for each such run.
  std::uint64_t next(std::uint64_t bits) {
    std::uint64_t run = bits & before(0, bits, 1);  // 2 and more
    run &= before(1, run, 2);                       // 4
    run &= before(2, run, 4);                       // 8
    run &= before(3, run, digit_run_min - 8);
    return run & ~before(4, run, 1);
  }

 private:
  // The bits that stood `distance` places before, the word before this one included.
  std::uint64_t before(std::size_t stage, std::uint64_t bits, unsigned distance) {
    const std::uint64_t result = bits << distance | last_[stage] >> (64 - distance);
    last_[stage] = bits;
    return result;
  }

  std::array<std::uint64_t, 5> last_{};
};

}  // namespace

AnchorTables make_tables(std::span<const Anchor> anchors) {
  AnchorTables tables;
  const std::array<Bucket, buckets> all = fill_buckets(anchors);
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    if (!all[bucket].used) continue;
    for (std::size_t i = 0; i < anchor_size; ++i) {
      for (std::size_t half = 0; half < 16; ++half) {
        const auto put = [&](std::uint8_t& entry, unsigned present) {
          entry = static_cast<std::uint8_t>(entry | (present & 1U) << bucket);
        };
        put(tables.low[i][half], static_cast<unsigned>(all[bucket].at[i].low) >> half);
        put(tables.high[i][half], static_cast<unsigned>(all[bucket].at[i].high) >> half);
      }
    }
  }
  return tables;
}

void classify_portable(const AnchorTables& tables, const char* text, std::size_t blocks, BlockBits* out) {
  const auto possible = [&](std::size_t i, char c) {
    const auto byte = static_cast<unsigned char>(c);
    return static_cast<unsigned>(tables.low[i][byte % 16U] & tables.high[i][byte / 16U]);
  };
  for (; blocks > 0; --blocks, ++out, text += block_size) {
    *out = {0, 0};
    for (std::size_t i = 0; i < block_size; ++i) {
      const unsigned anchor = possible(0, text[i]) & possible(1, text[i + 1]) & possible(2, text[i + 2]);
      out->anchors |= std::uint64_t{anchor != 0} << i;
      out->run_chars |= std::uint64_t{is_run_char(text[i])} << i;
    }
  }
}

AnchorFinder::AnchorFinder(std::span<const Anchor> anchors, bool digit_runs, Classify classify)
    : tables_(make_tables(anchors)), sets_(make_sets(anchors)), digit_runs_(digit_runs), classify_(classify) {}

bool AnchorFinder::search(std::string_view text) {
  classify_all(text);
  RunFinder runs;
  std::uint64_t any = 0;
  candidates_.resize(blocks_.size());
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    candidates_[i] = confirm(text, i * block_size, blocks_[i].anchors);
    if (digit_runs_) candidates_[i] |= runs.next(blocks_[i].run_chars);
    any |= candidates_[i];
  }
  return any != 0;
}

// Those of the possible anchors in the block at `begin` that are some.
std::uint64_t AnchorFinder::confirm(std::string_view text, std::size_t begin, std::uint64_t possible) const {
  std::uint64_t confirmed = 0;
  for (; possible != 0; possible &= possible - 1) {
    const std::string_view place = text.substr(begin + static_cast<std::size_t>(std::countr_zero(possible)));
    std::uint64_t anchors = sets_[0][static_cast<unsigned char>(place[0])];
    for (std::size_t i = 1; i < anchor_size; ++i) {
      anchors &= sets_[i][i < place.size() ? static_cast<unsigned char>(place[i]) : 0];
    }
    if (anchors != 0) confirmed |= possible & -possible;
  }
  return confirmed;
}

// What would read behind the text is copied and filled up with zeros, which are part of no anchor and no run.
void AnchorFinder::classify_all(std::string_view text) {
  if (blocks_.capacity() > blocks_kept && text.size() < blocks_kept * block_size) {
    blocks_ = {};
    candidates_ = {};
  }
  const std::size_t all = (text.size() + block_size - 1) / block_size;
  const std::size_t inside = text.size() < anchor_size - 1 ? 0 : (text.size() - (anchor_size - 1)) / block_size;
  blocks_.resize(all);
  classify_(tables_, text.data(), inside, blocks_.data());
  std::array<char, 2 * block_size + anchor_size - 1> tail{};
  const std::string_view rest = text.substr(inside * block_size);
  rest.copy(tail.data(), rest.size());
  classify_(tables_, tail.data(), all - inside, blocks_.data() + inside);
}

}  // namespace towline::redact
