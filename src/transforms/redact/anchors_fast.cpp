// The search for anchors with the vector instructions of x86-64, chosen when the CPU has them: AVX2, 32 bytes at a
// time, and AVX-512 with VBMI, 64 at a time with larger tables.
#include "transforms/redact/anchor_blocks.hpp"
#include "transforms/redact/anchors.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace towline::redact {

#if defined(__x86_64__)

namespace {

#define TOWLINE_AVX2 __attribute__((target("avx2")))
#define TOWLINE_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))

// What shapes consist of, a bit for each kind; both halves of a byte must have it.
constexpr std::uint8_t dot = 0x80;
constexpr std::uint8_t dash = 0x40;
constexpr std::uint8_t colon = 0x20;
constexpr std::uint8_t run_digit = 0x01;
constexpr std::uint8_t run_ascii = 0x02;
constexpr std::uint8_t run_c2 = 0x04;  // the bytes of a no-break space
constexpr std::uint8_t run_a0 = 0x08;
constexpr std::uint8_t run = run_digit | run_ascii | run_c2 | run_a0;
constexpr std::uint8_t separator = dot | dash | colon;

constexpr std::array<std::uint8_t, 16> shape_low = {
    run_digit | run_ascii | run_a0,  // 0, space, the end of a no-break space
    run_digit,
    run_digit | run_c2,
    run_digit,
    run_digit,
    run_digit,
    run_digit,
    run_digit,
    run_digit | run_ascii,  // 8, (
    run_digit | run_ascii,  // 9, )
    colon,
    0,
    0,
    run_ascii | dash,
    dot,
    run_ascii,  // slash
};
constexpr std::array<std::uint8_t, 16> shape_high = {
    0, 0, run_ascii | dash | dot, run_digit | colon, 0, 0, 0, 0, 0, 0, run_a0, 0, run_c2, 0, 0, 0};

// --- AVX2 ---

// Both halves of a vector register hold the table.
struct HalfTables {
  __m256i low;
  __m256i high;
};

TOWLINE_AVX2 inline __m256i load_table(const std::array<std::uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(table.data())));
}

// The low and the high halves of 32 bytes.
struct HalfBytes {
  __m256i low;
  __m256i high;
};

TOWLINE_AVX2 inline HalfBytes halves(const char* text) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(text));
  const __m256i half = _mm256_set1_epi8(0x0F);
  return {_mm256_and_si256(bytes, half), _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)};
}

TOWLINE_AVX2 inline __m256i look_up(const HalfTables& table, const HalfBytes& bytes) {
  return _mm256_and_si256(_mm256_shuffle_epi8(table.low, bytes.low), _mm256_shuffle_epi8(table.high, bytes.high));
}

TOWLINE_AVX2 inline std::uint64_t mask_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

TOWLINE_AVX2 inline std::uint64_t any_of(__m256i bytes) {
  return ~mask_of(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())) & 0xFFFFFFFFU;
}

struct Avx2Tables {
  HalfTables anchors[AnchorTables::groups][anchor_size];
  HalfTables shapes;
};

TOWLINE_AVX2 inline BlockBits classify_half(const Avx2Tables& tables, const char* text) {
  const HalfBytes bytes[anchor_size] = {halves(text), halves(text + 1), halves(text + 2), halves(text + 3)};
  __m256i anchors = _mm256_setzero_si256();
  for (const auto& group : tables.anchors) {
    const __m256i first = _mm256_and_si256(look_up(group[0], bytes[0]), look_up(group[1], bytes[1]));
    const __m256i last = _mm256_and_si256(look_up(group[2], bytes[2]), look_up(group[3], bytes[3]));
    anchors = _mm256_or_si256(anchors, _mm256_and_si256(first, last));
  }
  const __m256i shapes = look_up(tables.shapes, bytes[0]);
  const std::uint64_t dots = mask_of(shapes);
  return {any_of(anchors), any_of(_mm256_and_si256(shapes, _mm256_set1_epi8(run))),
          dots | mask_of(_mm256_slli_epi16(shapes, 1)) | mask_of(_mm256_slli_epi16(shapes, 2)), dots};
}

TOWLINE_AVX2 Avx2Tables load_avx2_tables(const AnchorTables& tables) {
  Avx2Tables vectors;
  for (std::size_t group = 0; group < AnchorTables::groups; ++group) {
    for (std::size_t i = 0; i < anchor_size; ++i) {
      const ByteTables& from = tables.of[group][i];
      vectors.anchors[group][i] = {load_table(from.low), load_table(from.high)};
    }
  }
  vectors.shapes = {load_table(shape_low), load_table(shape_high)};
  return vectors;
}

TOWLINE_AVX2 void classify_avx2(const AnchorTables& tables, std::string_view text, BlockBits* out) {
  const AnchorBlocks blocks(text);
  const Avx2Tables vectors = load_avx2_tables(tables);
  for (std::size_t i = 0; i < blocks.count(); ++i, ++out) {
    const char* const block = blocks.block(i);
    const BlockBits low = classify_half(vectors, block);
    const BlockBits high = classify_half(vectors, block + 32);
    *out = {low.anchors | high.anchors << 32, low.run_chars | high.run_chars << 32,
            low.separators | high.separators << 32, low.dots | high.dots << 32};
  }
}

// --- AVX-512 ---

struct WideTable {
  __m512i low;  // the first 64 entries
  __m512i high;
};

struct Avx512Group {
  WideTable first, second, third, fourth;
};

TOWLINE_AVX512 inline WideTable load_tables(const ByteTables* from) {
  return {_mm512_loadu_si512(from->ascii.data()), _mm512_loadu_si512(from->ascii.data() + 64)};
}

TOWLINE_AVX512 inline Avx512Group load_wide_group(const std::array<ByteTables, anchor_size>& from) {
  return {load_tables(&from[0]), load_tables(&from[1]), load_tables(&from[2]), load_tables(&from[3])};
}

struct Avx512Tables {
  Avx512Group groups[AnchorTables::groups];
  __m512i shape_low;
  __m512i shape_high;
};

// A table four times in a row, as a whole register of it needs it.
constexpr std::array<std::uint8_t, 64> four_times(const std::array<std::uint8_t, 16>& table) {
  std::array<std::uint8_t, 64> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = table[i % table.size()];
  return result;
}
constexpr std::array<std::uint8_t, 64> wide_shape_low = four_times(shape_low);
constexpr std::array<std::uint8_t, 64> wide_shape_high = four_times(shape_high);

// Only the low seven bits of a byte are looked up. No anchor begins with a byte beyond ASCII, any may go on with one.
TOWLINE_AVX512 inline __m512i look_up_first(const WideTable& table, __m512i bytes) {
  return _mm512_maskz_permutex2var_epi8(~_mm512_movepi8_mask(bytes), table.low, bytes, table.high);
}
TOWLINE_AVX512 inline __m512i look_up(const WideTable& table, __m512i bytes) {
  const __m512i ascii = _mm512_permutex2var_epi8(table.low, bytes, table.high);
  return _mm512_mask_mov_epi8(ascii, _mm512_movepi8_mask(bytes), _mm512_set1_epi8(-1));
}

// What isn't there any more is zeros, and isn't read.
TOWLINE_AVX512 inline __m512i load_some(std::string_view text, std::size_t from) {
  const std::size_t size = text.size() > from ? text.size() - from : 0;
  const __mmask64 there = size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
  return _mm512_maskz_loadu_epi8(there, text.data() + from);
}

// The 64 bytes of a block, and those that begin one, two and three bytes later.
struct WideBlock {
  __m512i first, second, third, fourth;
};

TOWLINE_AVX512 inline WideBlock load_block(std::string_view text, std::size_t at) {
  if (at + block_size + anchor_size - 1 > text.size()) {
    return {load_some(text, at), load_some(text, at + 1), load_some(text, at + 2), load_some(text, at + 3)};
  }
  const char* const bytes = text.data() + at;
  return {_mm512_loadu_si512(bytes), _mm512_loadu_si512(bytes + 1), _mm512_loadu_si512(bytes + 2),
          _mm512_loadu_si512(bytes + 3)};
}

TOWLINE_AVX512 inline BlockBits classify_block(const Avx512Tables& tables, const WideBlock& block) {
  const auto possible = [&](const Avx512Group& group) TOWLINE_AVX512 {
    const __m512i begin =
        _mm512_and_si512(look_up_first(group.first, block.first), look_up(group.second, block.second));
    return _mm512_and_si512(begin,
                            _mm512_and_si512(look_up(group.third, block.third), look_up(group.fourth, block.fourth)));
  };
  const __m512i anchors = _mm512_or_si512(possible(tables.groups[0]), possible(tables.groups[1]));
  const __m512i half = _mm512_set1_epi8(0x0F);
  const __m512i low = _mm512_shuffle_epi8(tables.shape_low, _mm512_and_si512(block.first, half));
  const __m512i high =
      _mm512_shuffle_epi8(tables.shape_high, _mm512_and_si512(_mm512_srli_epi16(block.first, 4), half));
  const __m512i shapes = _mm512_and_si512(low, high);
  const auto has = [&](std::uint8_t kinds) TOWLINE_AVX512 {
    return _mm512_test_epi8_mask(shapes, _mm512_set1_epi8(static_cast<char>(kinds)));
  };
  return {_mm512_test_epi8_mask(anchors, anchors), has(run), has(separator), has(dot)};
}

// Loops over the bytes of an anchor are written out here: the compiler keeps the tables in registers only then.
TOWLINE_AVX512 void classify_avx512(const AnchorTables& tables, std::string_view text, BlockBits* out) {
  const Avx512Tables vectors = {{load_wide_group(tables.of[0]), load_wide_group(tables.of[1])},
                                _mm512_loadu_si512(wide_shape_low.data()),
                                _mm512_loadu_si512(wide_shape_high.data())};
  for (std::size_t at = 0; at < text.size(); at += block_size, ++out) {
    *out = classify_block(vectors, load_block(text, at));
  }
}

#undef TOWLINE_AVX512
#undef TOWLINE_AVX2

}  // namespace

Classify avx2_classify() {
  return __builtin_cpu_supports("avx2") != 0 ? classify_avx2 : nullptr;
}

Classify avx512_classify() {
  const bool has = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                   __builtin_cpu_supports("avx512vbmi") != 0;
  return has ? classify_avx512 : nullptr;
}

#else

Classify avx2_classify() {
  return nullptr;
}

Classify avx512_classify() {
  return nullptr;
}

#endif

Classify fast_classify() {
  for (const Classify classify : {avx512_classify(), avx2_classify()}) {
    if (classify != nullptr) return classify;
  }
  return classify_portable;
}

}  // namespace towline::redact
