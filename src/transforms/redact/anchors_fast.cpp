// The search for anchors with the vector instructions of x86-64 (AVX2), 32 bytes at a time; chosen when the CPU has
// them.
#include "transforms/redact/anchors.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace towline::redact {

#if defined(__x86_64__)

namespace {

#define TOWLINE_AVX2 __attribute__((target("avx2")))

// Both halves of a vector register hold the table.
struct VectorTable {
  __m256i low;
  __m256i high;
};

TOWLINE_AVX2 inline __m256i load_table(const std::array<std::uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(table.data())));
}

TOWLINE_AVX2 inline __m256i load(const char* text) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(text));
}

TOWLINE_AVX2 inline __m256i possible(const VectorTable& table, __m256i bytes) {
  const __m256i half = _mm256_set1_epi8(0x0F);
  const __m256i low = _mm256_and_si256(bytes, half);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
  return _mm256_and_si256(_mm256_shuffle_epi8(table.low, low), _mm256_shuffle_epi8(table.high, high));
}

TOWLINE_AVX2 inline std::uint64_t mask_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

TOWLINE_AVX2 inline std::uint64_t anchors_in(const VectorTable (&tables)[3], const char* text) {
  const __m256i first = possible(tables[0], load(text));
  const __m256i second = possible(tables[1], load(text + 1));
  const __m256i third = possible(tables[2], load(text + 2));
  const __m256i all = _mm256_and_si256(_mm256_and_si256(first, second), third);
  return ~mask_of(_mm256_cmpeq_epi8(all, _mm256_setzero_si256())) & 0xFFFFFFFFU;
}

TOWLINE_AVX2 inline std::uint64_t run_chars_in(const char* text) {
  const __m256i bytes = load(text);
  const __m256i from_zero = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
  const __m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(from_zero, _mm256_set1_epi8(9)), from_zero);
  const __m256i space = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' '));
  const __m256i dash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('-'));
  return mask_of(_mm256_or_si256(digit, _mm256_or_si256(space, dash)));
}

TOWLINE_AVX2 void classify_avx2(const AnchorTables& tables, const char* text, std::size_t blocks, BlockBits* out) {
  const VectorTable vectors[3] = {{load_table(tables.low[0]), load_table(tables.high[0])},
                                  {load_table(tables.low[1]), load_table(tables.high[1])},
                                  {load_table(tables.low[2]), load_table(tables.high[2])}};
  for (; blocks > 0; --blocks, ++out, text += 64) {
    out->anchors = anchors_in(vectors, text) | anchors_in(vectors, text + 32) << 32;
    out->run_chars = run_chars_in(text) | run_chars_in(text + 32) << 32;
  }
}

#undef TOWLINE_AVX2

}  // namespace

Classify fast_classify() {
  return __builtin_cpu_supports("avx2") != 0 ? classify_avx2 : classify_portable;
}

#else

Classify fast_classify() {
  return classify_portable;
}

#endif

}  // namespace towline::redact
