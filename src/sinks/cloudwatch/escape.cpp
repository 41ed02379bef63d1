#include "sinks/cloudwatch/escape.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace towline::cloudwatch {

namespace {

// Every tenth byte of a record is a quote: branches that depend on the text would be mispredicted.
char* escape_portably(char* out, std::string_view text) {
  bool control = false;
  for (const char c : text) {
    *out = '\\';
    const bool special = c == '"' || c == '\\';
    out += special ? 1 : 0;
    *out++ = c;
    control |= static_cast<unsigned char>(c) < 0x20;
  }
  return control ? nullptr : out;
}

#if defined(__x86_64__)

#define TOWLINE_SSSE3 __attribute__((target("ssse3")))
#define TOWLINE_INLINE __attribute__((always_inline))
#define TOWLINE_VBMI2 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,bmi2,popcnt")))

constexpr std::size_t block_bytes = 64;
constexpr std::size_t step_bytes = 8;
constexpr std::uint8_t backslash = step_bytes;  // behind the bytes of a step there are backslashes

// What becomes of 8 bytes, by a bit for each of them that needs a backslash: which byte stands where, and how many.
struct Step {
  alignas(16) std::array<std::uint8_t, 16> places;
};

constexpr Step step_of(unsigned special) {
  Step step{};
  std::size_t length = 0;
  for (std::uint8_t at = 0; at < step_bytes; ++at) {
    if ((special >> at & 1U) != 0) step.places[length++] = backslash;
    step.places[length++] = at;
  }
  return step;
}

constexpr std::array<Step, 256> steps = [] {
  std::array<Step, 256> all{};
  for (unsigned special = 0; special < 256; ++special) all[special] = step_of(special);
  return all;
}();

constexpr std::array<std::uint8_t, 256> lengths = [] {
  std::array<std::uint8_t, 256> all{};
  for (unsigned special = 0; special < 256; ++special)
    all[special] = static_cast<std::uint8_t>(step_bytes + static_cast<std::size_t>(std::popcount(special)));
  return all;
}();

// A bit for each quote and backslash. `controls` is zero where there was no control character.
TOWLINE_SSSE3 TOWLINE_INLINE inline std::uint64_t find_special(const char* block, __m128i& controls) {
  std::uint64_t found = 0;
  for (unsigned i = 0; i < block_bytes / 16; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i));
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    found |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(special))} << (16 * i);
    controls = _mm_or_si128(controls, _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes));
  }
  return found;
}

// Writes up to 8 bytes more than it says.
TOWLINE_SSSE3 TOWLINE_INLINE inline char* escape_block(char* out, const char* block, std::uint64_t special) {
  const __m128i backslashes = _mm_set1_epi8('\\');
  for (std::size_t at = 0; at < block_bytes; at += step_bytes) {
    const std::size_t bits = special >> at & 0xFFU;
    const __m128i bytes =
        _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(block + at)), backslashes);
    const __m128i places = _mm_load_si128(reinterpret_cast<const __m128i*>(steps[bits].places.data()));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(bytes, places));
    out += lengths[bits];
  }
  return out;
}

TOWLINE_SSSE3 char* escape_ssse3(char* out, std::string_view text) {
  __m128i controls = _mm_setzero_si128();
  for (; text.size() >= block_bytes; text.remove_prefix(block_bytes))
    out = escape_block(out, text.data(), find_special(text.data(), controls));
  if (!text.empty()) {
    std::array<char, block_bytes> last;
    last.fill(' ');
    std::memcpy(last.data(), text.data(), text.size());
    out = escape_block(out, last.data(), find_special(last.data(), controls)) - (block_bytes - text.size());
  }
  return _mm_movemask_epi8(controls) == 0 ? out : nullptr;
}

// Up to 32 bytes, each behind a backslash, of which those stay that are needed. Writes 64 bytes.
TOWLINE_VBMI2 inline char* escape_half_block(char* out, __m256i bytes, std::size_t length, std::uint32_t& controls) {
  const std::uint64_t special =
      _mm256_cmpeq_epi8_mask(bytes, _mm256_set1_epi8('"')) | _mm256_cmpeq_epi8_mask(bytes, _mm256_set1_epi8('\\'));
  controls |= _mm256_cmplt_epu8_mask(bytes, _mm256_set1_epi8(0x20));
  const __m512i wide = _mm512_or_si512(_mm512_slli_epi16(_mm512_cvtepu8_epi16(bytes), 8), _mm512_set1_epi16('\\'));
  const std::uint64_t stays = _pdep_u64(special, 0x5555'5555'5555'5555U) | 0xAAAA'AAAA'AAAA'AAAAU;
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(stays, wide));
  return out + length + std::popcount(special);
}

TOWLINE_VBMI2 char* escape_vbmi2(char* out, std::string_view text) {
  constexpr std::size_t half = block_bytes / 2;
  std::uint32_t controls = 0;
  for (; text.size() >= half; text.remove_prefix(half)) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(text.data()));
    out = escape_half_block(out, bytes, half, controls);
  }
  if (!text.empty()) {
    const auto there = static_cast<__mmask32>((std::uint64_t{1} << text.size()) - 1);
    const __m256i bytes = _mm256_mask_loadu_epi8(_mm256_set1_epi8(' '), there, text.data());
    out = escape_half_block(out, bytes, text.size(), controls);
  }
  return controls == 0 ? out : nullptr;
}

bool has_vbmi2() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0 &&
         __builtin_cpu_supports("bmi2") != 0;
}

std::vector<Escape> find_ways() {
  __builtin_cpu_init();
  std::vector<Escape> ways;
  if (has_vbmi2()) ways.push_back(escape_vbmi2);
  if (__builtin_cpu_supports("ssse3") != 0) ways.push_back(escape_ssse3);
  ways.push_back(escape_portably);
  return ways;
}

#else

std::vector<Escape> find_ways() {
  return {escape_portably};
}

#endif

}  // namespace

std::span<const Escape> ways_to_escape() {
  static const std::vector<Escape> ways = find_ways();
  return ways;
}

char* escape(char* out, std::string_view text) {
  static const Escape best = ways_to_escape().front();
  return best(out, text);
}

}  // namespace towline::cloudwatch
