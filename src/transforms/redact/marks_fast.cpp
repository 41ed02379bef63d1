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

TOWLINE_AVX2 inline std::uint64_t mask_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

// The bytes that have any of these bits, the highest not among them.
TOWLINE_AVX2 inline std::uint64_t having(__m256i classes, char bits) {
  return mask_of(_mm256_cmpgt_epi8(_mm256_and_si256(classes, _mm256_set1_epi8(bits)), _mm256_setzero_si256()));
}

TOWLINE_AVX2 inline __m256i classes_of(const char* text, __m256i low_table, __m256i high_table) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(text));
  const __m256i half = _mm256_set1_epi8(0x0F);
  const __m256i low = _mm256_shuffle_epi8(low_table, _mm256_and_si256(bytes, half));
  const __m256i high = _mm256_shuffle_epi8(high_table, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
  return _mm256_and_si256(low, high);
}

TOWLINE_AVX2 inline MarkBits marks_of_block(const char* block, __m256i low, __m256i high, MarkRuns& runs) {
  const __m256i front = classes_of(block, low, high);
  const __m256i back = classes_of(block + 32, low, high);
  return end_runs({having(front, 0x07) | having(back, 0x07) << 32U, having(front, 0x38) | having(back, 0x38) << 32U,
                   having(front, 0x40) | having(back, 0x40) << 32U, mask_of(front) | mask_of(back) << 32U},
                  runs);
}

TOWLINE_AVX2 bool find_marks_avx2(std::string_view piece, MarkRuns& runs, BlockMarks& out) {
  const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(low_half.data())));
  const __m256i high =
      _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(high_half.data())));
  bool any = false;
  std::array<char, 64> tail;
  for (std::size_t at = 0; at < piece.size(); at += 64) {
    const MarkBits found = marks_of_block(block_at(piece, at, tail), low, high, runs);
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

// A word for each of eight blocks in a row, so that their runs are found at once.
using Words = std::uint64_t __attribute__((vector_size(64)));
struct alignas(64) WordsOfClasses {
  std::array<std::uint64_t, mark_blocks> first{};
  std::array<std::uint64_t, mark_blocks> second{};
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
  const Words start = load_words(classes.second) & before(load_words(classes.first), runs.first, 1);
  std::uint64_t last_start = runs.start;
  const Words groups = start & before(start, last_start, 4) & before(start, runs.start, 8);
  const Words high = load_words(classes.high);
  const Words two = high & before(high, runs.one, 2);
  const Words four = two & before(two, runs.two, 4);
  const Words eight = four & before(four, runs.four, 8);
  return {groups, eight & before(eight, runs.eight, 8)};
}

TOWLINE_AVX512 inline void classify(std::string_view piece, WordsOfClasses& classes) {
  const __m512i low = _mm512_loadu_si512(wide_low_half.data());
  const __m512i high = _mm512_loadu_si512(wide_high_half.data());
  const __m512i half = _mm512_set1_epi8(0x0F);
  for (std::size_t block = 0; block * 64 < piece.size(); ++block) {
    const std::size_t left = piece.size() - block * 64;
    const __mmask64 there = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    const __m512i bytes = _mm512_maskz_loadu_epi8(there, piece.data() + block * 64);
    const __m512i found =
        _mm512_and_si512(_mm512_shuffle_epi8(low, _mm512_and_si512(bytes, half)),
                         _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half)));
    classes.first[block] = _mm512_test_epi8_mask(found, _mm512_set1_epi8(0x07));
    classes.second[block] = _mm512_test_epi8_mask(found, _mm512_set1_epi8(0x38));
    classes.escape[block] = _mm512_test_epi8_mask(found, _mm512_set1_epi8(0x40));
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
