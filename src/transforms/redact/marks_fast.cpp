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

TOWLINE_AVX2 std::size_t find_marks_avx2(const char* text, std::size_t blocks, MarkRuns& runs, MarkBits& out) {
  const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(low_half.data())));
  const __m256i high =
      _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(high_half.data())));
  MarkRuns current = runs;
  MarkBits bits;
  std::size_t block = 0;
  while (block < blocks && !bits.any()) {
    const __m256i front = classes_of(text + block * 64, low, high);
    const __m256i back = classes_of(text + block * 64 + 32, low, high);
    const MarkClasses classes{having(front, 0x07) | having(back, 0x07) << 32U,
                              having(front, 0x38) | having(back, 0x38) << 32U,
                              having(front, 0x40) | having(back, 0x40) << 32U, mask_of(front) | mask_of(back) << 32U};
    bits = end_runs(classes, current);
    ++block;
  }
  runs = current;
  out = bits;
  return block;
}

#undef TOWLINE_AVX2

}  // namespace

FindMarks fast_find_marks() {
  return __builtin_cpu_supports("avx2") != 0 ? find_marks_avx2 : find_marks_portable;
}

#else

FindMarks fast_find_marks() {
  return find_marks_portable;
}

#endif

}  // namespace towline::redact
