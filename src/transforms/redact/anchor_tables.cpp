// How the anchors are spread over the buckets. All anchors of a bucket share its tables, so a bucket lets pass
// whatever can be mixed from them; an anchor is best put to those that it adds the fewest such mixtures to, counted by
// how often they are met in logs.
#include <algorithm>
#include <bit>
#include <vector>

#include "transforms/redact/anchors.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t buckets = 8 * AnchorTables::groups;
constexpr int rounds = 3;  // after the first, anchors that stand badly move; more rounds change little

// About how many of a thousand bytes of logs are this one.
constexpr double frequency(unsigned char byte) {
  constexpr std::string_view often = "etaonisr";
  constexpr std::string_view seldom = "jqxzkvwy";
  const auto c = static_cast<char>(byte);
  if (is_lower(c)) {
    if (often.find(c) != std::string_view::npos) return 40;
    return seldom.find(c) != std::string_view::npos ? 6 : 18;
  }
  if (is_digit(c)) return 22;
  if (is_upper(c)) return 3;
  if (c == '"' || c == ' ') return 60;
  if (c == ':' || c == ',') return 30;
  return c == '-' || c == '_' || c == '.' || c == '/' ? 12 : 1;
}

// The sums of the frequencies of the bytes with a high half and some of four low halves.
struct Sums {
  std::array<std::array<std::array<double, 16>, 4>, 16> of{};

  constexpr Sums() {
    for (unsigned high = 0; high < 16; ++high) {
      for (unsigned low = 0; low < 16; ++low) {
        for (unsigned some = 0; some < 16; ++some) {
          if ((some >> (low % 4) & 1U) == 0) continue;
          of[high][low / 4][some] += frequency(static_cast<unsigned char>(high * 16 + low));
        }
      }
    }
  }
};
constexpr Sums sums;

// Which low and high halves occur at one byte of an anchor.
struct Halves {
  unsigned low = 0;
  unsigned high = 0;

  explicit Halves(std::string_view set = {}) {
    if (set.empty()) low = high = 0xFFFF;
    for (const char c : set) {
      low |= 1U << (static_cast<unsigned char>(c) % 16U);
      high |= 1U << (static_cast<unsigned char>(c) / 16U);
    }
  }
  // How often a byte is met that a bucket with these halves lets pass.
  double passing() const {
    double sum = 0;
    for (unsigned left = high; left != 0; left &= left - 1) {
      const auto& row = sums.of[static_cast<std::size_t>(std::countr_zero(left))];
      for (unsigned four = 0; four < 4; ++four) sum += row[four][low >> (4 * four) & 15U];
    }
    return sum;
  }
};

using Pattern = std::array<Halves, anchor_size>;

std::array<std::string_view, anchor_size> sets_of(const Anchor& anchor) {
  return {anchor.first, anchor.second, anchor.third, anchor.fourth};
}

Pattern pattern_of(const Anchor& anchor) {
  return {Halves(anchor.first), Halves(anchor.second), Halves(anchor.third), Halves(anchor.fourth)};
}

class Bucket {
 public:
  double passing() const { return passing_; }

  void add(const Pattern& anchor) {
    for (std::size_t i = 0; i < anchor_size; ++i) {
      pattern_[i].low = used_ ? pattern_[i].low | anchor[i].low : anchor[i].low;
      pattern_[i].high = used_ ? pattern_[i].high | anchor[i].high : anchor[i].high;
    }
    used_ = true;
    passing_ = 1;
    for (const Halves& halves : pattern_) passing_ *= halves.passing();
  }

 private:
  Pattern pattern_;
  bool used_ = false;
  double passing_ = 0;
};

class Buckets {
 public:
  explicit Buckets(std::span<const Anchor> anchors) {
    for (const Anchor& anchor : anchors) patterns_.push_back(pattern_of(anchor));
    bucket_of_.assign(patterns_.size(), buckets);
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t number = 0; number < patterns_.size(); ++number) place(number);
    }
  }
  std::size_t bucket_of(std::size_t anchor) const { return bucket_of_[anchor]; }

 private:
  // Puts an anchor where it adds the least.
  void place(std::size_t number) {
    const std::size_t before = bucket_of_[number];
    bucket_of_[number] = buckets;
    if (before != buckets) all_[before] = with_all_of(before);
    std::size_t best = 0;
    double least = added(0, number);
    for (std::size_t bucket = 1; bucket < buckets; ++bucket) {
      const double more = added(bucket, number);
      if (more < least) best = bucket;
      least = std::min(least, more);
    }
    bucket_of_[number] = best;
    all_[best].add(patterns_[number]);
  }
  double added(std::size_t bucket, std::size_t number) const {
    Bucket with = all_[bucket];
    with.add(patterns_[number]);
    return with.passing() - all_[bucket].passing();
  }
  Bucket with_all_of(std::size_t bucket) const {
    Bucket result;
    for (std::size_t number = 0; number < patterns_.size(); ++number) {
      if (bucket_of_[number] == bucket) result.add(patterns_[number]);
    }
    return result;
  }

  std::vector<Pattern> patterns_;
  std::vector<std::size_t> bucket_of_;
  std::array<Bucket, buckets> all_;
};

// Lets a byte pass in a bucket.
void add(ByteTables& tables, unsigned char byte, std::uint8_t bucket) {
  tables.low[byte % 16U] |= bucket;
  tables.high[byte / 16U] |= bucket;
  if (byte < tables.ascii.size()) tables.ascii[byte] |= bucket;
}

// Lets the bytes of a set pass.
void add(ByteTables& tables, std::string_view set, std::uint8_t bucket) {
  for (const char c : set) add(tables, static_cast<unsigned char>(c), bucket);
  for (unsigned byte = 0; set.empty() && byte < 256; ++byte) add(tables, static_cast<unsigned char>(byte), bucket);
}

}  // namespace

AnchorTables make_tables(std::span<const Anchor> anchors) {
  AnchorTables tables;
  const Buckets made(anchors);
  for (std::size_t number = 0; number < anchors.size(); ++number) {
    const std::size_t bucket = made.bucket_of(number);
    const std::array<std::string_view, anchor_size> sets = sets_of(anchors[number]);
    for (std::size_t i = 0; i < anchor_size; ++i) {
      add(tables.of[bucket / 8][i], sets[i], static_cast<std::uint8_t>(1U << (bucket % 8)));
    }
  }
  return tables;
}

}  // namespace towline::redact
