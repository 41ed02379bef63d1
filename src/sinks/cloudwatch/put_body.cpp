#include "sinks/cloudwatch/put_body.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>

#include "base/json_string.hpp"

namespace towline::cloudwatch {

namespace {

// {"timestamp":,"message":""}, the digits of a number, and what escape() may write too much.
constexpr std::size_t frame_bytes = 64 + escape_overrun;

}  // namespace

#if defined(__SSE2__)
namespace {

constexpr std::size_t block_bytes = 64;

struct Found {
  std::uint64_t special;  // a bit for each quote and backslash
  bool control;
};

Found look_at(const char* block) {
  Found found{0, false};
  __m128i controls = _mm_setzero_si128();
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i));
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    found.special |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(special))} << (16 * i);
    controls = _mm_or_si128(controls, _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes));
  }
  found.control = _mm_movemask_epi8(controls) != 0;
  return found;
}

// Copies a block in pieces of 16 bytes that overlap: one from each special character on, behind its backslash, and one
// from each 16th byte on, so that nothing is left between them. Reads and writes up to 16 bytes more.
char* escape_block(char* out, const char* block, std::uint64_t special) {
  std::size_t added = 0;
  for (std::uint64_t begins = special | 0x0001'0001'0001'0001U; begins != 0; begins &= begins - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(begins));
    out[at + added] = '\\';
    added += (special >> at) & 1U;
    std::memcpy(out + at + added, block + at, 16);
  }
  return out + block_bytes + added;
}

// Less than a block and what escape_block() reads behind it, with spaces behind it.
char* escape_tail(char* out, std::string_view text, bool& control) {
  std::array<char, 2 * block_bytes + 32> padded;
  padded.fill(' ');
  std::memcpy(padded.data(), text.data(), text.size());
  const char* block = padded.data();
  for (std::size_t left = text.size(); left > 0; block += block_bytes) {
    const Found found = look_at(block);
    control |= found.control;
    const std::size_t length = std::min(left, block_bytes);
    out = escape_block(out, block, found.special) - (block_bytes - length);
    left -= length;
  }
  return out;
}

}  // namespace
#endif

// Most records are JSON, in which every tenth byte is a quote: branches that depend on the text would be mispredicted.
char* escape(char* out, std::string_view text) {
  bool control = false;
#if defined(__SSE2__)
  for (; text.size() >= block_bytes + 16; text.remove_prefix(block_bytes)) {
    const Found found = look_at(text.data());
    control |= found.control;
    out = escape_block(out, text.data(), found.special);
  }
  out = escape_tail(out, text, control);
#else
  for (const char c : text) {
    *out = '\\';
    const bool special = c == '"' || c == '\\';
    out += special ? 1 : 0;
    *out++ = c;
    control |= static_cast<unsigned char>(c) < 0x20;
  }
#endif
  return control ? nullptr : out;
}

void PutBody::write(const Destination& destination, std::span<const Event> events, const Take& take) {
  size_ = 0;
  room_for(run_bytes + run_bytes / 8);
  std::string head = R"({"logGroupName":)";
  append_json_string(head, destination.group);
  head += R"(,"logStreamName":)";
  append_json_string(head, destination.stream);
  append(head += R"(,"logEvents":[)");
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0) append(",");
    append(events[i]);
    if (size_ < run_bytes) continue;
    take({buffer_.get(), size_});
    size_ = 0;
  }
  append("]}");
  take({buffer_.get(), size_});
}

void PutBody::release() {
  buffer_.reset();
  capacity_ = size_ = 0;
}

char* PutBody::room_for(std::size_t bytes) {
  if (size_ + bytes > capacity_) {
    const std::size_t capacity = std::max(size_ + bytes, capacity_ + capacity_ / 2);
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(grown.get(), buffer_.get(), size_);
    buffer_ = std::move(grown);
    capacity_ = capacity;
  }
  return buffer_.get() + size_;
}

void PutBody::append(std::string_view text) {
  std::memcpy(room_for(text.size()), text.data(), text.size());
  size_ += text.size();
}

void PutBody::append(const Event& event) {
  char* out = room_for(2 * event.message.size() + frame_bytes);
  const auto put = [&out](const auto& text) {
    std::memcpy(out, text, sizeof(text) - 1);
    out += sizeof(text) - 1;
  };
  put("{\"timestamp\":");
  out = std::to_chars(out, out + 20, event.time_ms).ptr;
  put(",\"message\":\"");
  if (char* const end = escape(out, event.message)) {
    out = end;
    put("\"}");
    size_ = static_cast<std::size_t>(out - buffer_.get());
  } else {
    size_ = static_cast<std::size_t>(out - 1 - buffer_.get());  // without the quote
    std::string escaped;
    append_json_string(escaped, event.message);
    append(escaped += "}");
  }
}

}  // namespace towline::cloudwatch
