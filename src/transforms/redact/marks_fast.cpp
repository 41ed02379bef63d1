// The search for marks with the vector instructions of x86-64, 32 (AVX2) or 64 bytes at a time (AVX-512); chosen when
// the CPU has them. As in anchors_fast.cpp, two tables of 16 entries say in which classes a byte with this low and with
// this high half may be: a bit is a rectangle of halves.
#include "transforms/redact/marks.hpp"

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace towline::redact {

#if defined(__x86_64__)

namespace {

#define TOWLINE_AVX2 __attribute__((target("avx2")))
#define TOWLINE_AVX512 __attribute__((target("avx512f,avx512bw")))

// Bits 0 to 2: first of four (I-O, P-Z, a-f). 3 to 5: second (0-3, C-H and S-X, i-n and y-~). 6: % & +. 7: 2-7.
constexpr std::array<char, 16> high_half = {0, 0, 0x40, -0x78, 0x11, 0x12, 0x24, 0x20, 0, 0, 0, 0, 0, 0, 0, 0};

constexpr char low_bits(unsigned low) {
  const auto bit = [](bool on, unsigned number) { return on ? 1U << number : 0U; };
  const unsigned bits = bit(low >= 9, 0) | bit(low <= 10, 1) | bit(low >= 1 && low <= 6, 2) | bit(low <= 3, 3) |
                        bit(low >= 3 && low <= 8, 4) | bit(low >= 9 && low <= 14, 5) |
                        bit(low == 5 || low == 6 || low == 11, 6) | bit(low >= 2 && low <= 7, 7);
  return static_cast<char>(static_cast<unsigned char>(bits));
}

constexpr std::array<char, 16> low_half = [] {
  std::array<char, 16> table{};
  for (unsigned low = 0; low < 16; ++low) table[low] = low_bits(low);
  return table;
}();

// Of two tables more: bits 0 to 2: third of four (capital letters, small letters, digits). 3: 0xC2.
constexpr std::array<char, 16> more_of_high_half = {0, 0, 0, 4, 1, 1, 2, 2, 0, 0, 0, 0, 8, 0, 0, 0};

constexpr std::array<char, 16> more_of_low_half = [] {
  std::array<char, 16> table{};
  for (unsigned low = 0; low < 16; ++low) {
    const bool in_class[] = {low % 4 == 1 || low % 4 == 2, low % 4 == 0 || low % 4 == 3, low % 4 < 2, low == 2};
    unsigned bits = 0;
    for (unsigned bit = 0; bit < 4; ++bit) bits |= in_class[bit] ? 1U << bit : 0U;
    table[low] = static_cast<char>(bits);
  }
  return table;
}();

TOWLINE_AVX2 inline std::uint64_t mask_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

// The bytes that have any of these bits, the highest not among them.
TOWLINE_AVX2 inline std::uint64_t having(__m256i classes, char bits) {
  return mask_of(_mm256_cmpgt_epi8(_mm256_and_si256(classes, _mm256_set1_epi8(bits)), _mm256_setzero_si256()));
}

TOWLINE_AVX2 inline __m256i table_of(const std::array<char, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(table.data())));
}

struct Tables {
  __m256i low;
  __m256i high;
};

TOWLINE_AVX2 inline __m256i classes_of(__m256i bytes, const Tables& tables) {
  const __m256i half = _mm256_set1_epi8(0x0F);
  const __m256i low = _mm256_shuffle_epi8(tables.low, _mm256_and_si256(bytes, half));
  const __m256i high = _mm256_shuffle_epi8(tables.high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
  return _mm256_and_si256(low, high);
}

// Of half a block, as the lower bits.
TOWLINE_AVX2 inline MarkClasses half_classes(const char* text, const Tables& tables, const Tables& more_tables) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(text));
  const __m256i found = classes_of(bytes, tables);
  const __m256i more = classes_of(bytes, more_tables);
  return {having(found, 0x07), having(found, 0x38), having(more, 0x07), having(found, 0x40) | having(more, 0x08),
          mask_of(found)};
}

TOWLINE_AVX2 inline MarkBits marks_of_block(const char* block, const Tables& tables, const Tables& more,
                                            MarkRuns& runs) {
  const MarkClasses front = half_classes(block, tables, more);
  const MarkClasses back = half_classes(block + 32, tables, more);
  return end_runs({front.first | back.first << 32U, front.second | back.second << 32U, front.third | back.third << 32U,
                   front.escape | back.escape << 32U, front.high | back.high << 32U},
                  runs);
}

TOWLINE_AVX2 bool find_marks_avx2(std::string_view piece, MarkRuns& runs, BlockMarks& out) {
  const Tables tables{table_of(low_half), table_of(high_half)};
  const Tables more{table_of(more_of_low_half), table_of(more_of_high_half)};
  bool any = false;
  std::array<char, 64> tail;
  for (std::size_t at = 0; at < piece.size(); at += 64) {
    const MarkBits found = marks_of_block(block_at(piece, at, tail), tables, more, runs);
    out[at / 64] = found;
    any = any || found.any();
  }
  return any;
}

// --- AVX-512 ---

// A table four times in a row, as a whole register of it needs it.
constexpr std::array<char, 64> four_times(const std::array<char, 16>& table) {
  std::array<char, 64> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = table[i % table.size()];
  return result;
}
constexpr std::array<char, 64> wide_low_half = four_times(low_half);
constexpr std::array<char, 64> wide_high_half = four_times(high_half);
constexpr std::array<char, 64> more_of_wide_low_half = four_times(more_of_low_half);
constexpr std::array<char, 64> more_of_wide_high_half = four_times(more_of_high_half);

struct WideTables {
  __m512i low;
  __m512i high;
};

TOWLINE_AVX512 inline __m512i wide_classes_of(__m512i bytes, const WideTables& tables) {
  const __m512i half = _mm512_set1_epi8(0x0F);
  const __m512i low = _mm512_shuffle_epi8(tables.low, _mm512_and_si512(bytes, half));
  const __m512i high = _mm512_shuffle_epi8(tables.high, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half));
  return _mm512_and_si512(low, high);
}

// A word for each of eight blocks in a row, so that their runs are found at once.
using Words = std::uint64_t __attribute__((vector_size(64)));
struct alignas(64) WordsOfClasses {
  std::array<std::uint64_t, mark_blocks> first{};
  std::array<std::uint64_t, mark_blocks> second{};
  std::array<std::uint64_t, mark_blocks> third{};
  std::array<std::uint64_t, mark_blocks> escape{};
  std::array<std::uint64_t, mark_blocks> high{};
};

TOWLINE_AVX512 inline Words load_words(const std::array<std::uint64_t, mark_blocks>& words) {
  return reinterpret_cast<Words>(_mm512_loadu_si512(words.data()));
}

// The bits that stood some places before; `last` is the word before the first one, and becomes the last one.
TOWLINE_AVX512 inline Words before(Words bits, std::uint64_t& last, unsigned distance) {
  const Words previous = __builtin_shufflevector(Words{0, 0, 0, 0, 0, 0, 0, last}, bits, 7, 8, 9, 10, 11, 12, 13, 14);
  last = bits[7];
  return bits << distance | previous >> (64 - distance);
}

// The same as end_runs().
struct WordsOfMarks {
  Words groups;
  Words pairs;
};
TOWLINE_AVX512 inline WordsOfMarks end_all_runs(const WordsOfClasses& classes, MarkRuns& runs) {
  const Words second = load_words(classes.second) & before(load_words(classes.first), runs.first, 1);
  const Words third = load_words(classes.third) & before(second, runs.second, 1);
  const Words groups = third & before(third, runs.third, 4);
  const Words high = load_words(classes.high);
  const Words two = high & before(high, runs.one, 2);
  const Words four = two & before(two, runs.two, 4);
  const Words eight = four & before(four, runs.four, 8);
  return {groups, eight & before(eight, runs.eight, 8)};
}

TOWLINE_AVX512 inline void classify(std::string_view piece, WordsOfClasses& classes) {
  const WideTables tables{_mm512_loadu_si512(wide_low_half.data()), _mm512_loadu_si512(wide_high_half.data())};
  const WideTables more_tables{_mm512_loadu_si512(more_of_wide_low_half.data()),
                               _mm512_loadu_si512(more_of_wide_high_half.data())};
  for (std::size_t block = 0; block * 64 < piece.size(); ++block) {
    const std::size_t left = piece.size() - block * 64;
    const __mmask64 there = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    const __m512i bytes = _mm512_maskz_loadu_epi8(there, piece.data() + block * 64);
    const __m512i found = wide_classes_of(bytes, tables);
    const __m512i more = wide_classes_of(bytes, more_tables);
    classes.first[block] = _mm512_test_epi8_mask(found, _mm512_set1_epi8(0x07));
    classes.second[block] = _mm512_test_epi8_mask(found, _mm512_set1_epi8(0x38));
    classes.third[block] = _mm512_test_epi8_mask(more, _mm512_set1_epi8(0x07));
    const __mmask64 beyond_ascii = _mm512_test_epi8_mask(more, _mm512_set1_epi8(0x08));
    classes.escape[block] = _mm512_test_epi8_mask(found, _mm512_set1_epi8(0x40)) | beyond_ascii;
    classes.high[block] = _mm512_movepi8_mask(found);
  }
}

TOWLINE_AVX512 bool find_marks_avx512(std::string_view piece, MarkRuns& runs, BlockMarks& out) {
  WordsOfClasses classes;
  classify(piece, classes);
  const auto [groups, pairs] = end_all_runs(classes, runs);
  const Words any = load_words(classes.escape) | groups | pairs;
  if (_mm512_test_epi64_mask(reinterpret_cast<__m512i>(any), reinterpret_cast<__m512i>(any)) == 0) return false;
  for (std::size_t block = 0; block < mark_blocks; ++block) {
    out[block] = {classes.escape[block], groups[block], pairs[block]};
  }
  return true;
}

#undef TOWLINE_AVX512
#undef TOWLINE_AVX2

}  // namespace

FindMarks avx2_find_marks() {
  return __builtin_cpu_supports("avx2") != 0 ? find_marks_avx2 : nullptr;
}

FindMarks avx512_find_marks() {
  const bool has = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  return has ? find_marks_avx512 : nullptr;
}

#else

FindMarks avx2_find_marks() {
  return nullptr;
}

FindMarks avx512_find_marks() {
  return nullptr;
}

#endif

FindMarks fast_find_marks() {
  for (const FindMarks find_marks : {avx512_find_marks(), avx2_find_marks()}) {
    if (find_marks != nullptr) return find_marks;
  }
  return find_marks_portable;
}

}  // namespace towline::redact
