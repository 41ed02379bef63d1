// What a segment file is made of, byte by byte: its own header and the header in front of each chunk.
// docs/stream-format.md is the same in words and tables.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "record/chunk.hpp"
#include "stream/cursor_state.hpp"

namespace towline::stream::disk {

// Of the stream, for ever.
using Uuid = std::array<char, 16>;
std::string to_hex(const Uuid& uuid);

inline constexpr std::size_t segment_header_bytes = 64;
inline constexpr std::size_t chunk_header_bytes = 64;
inline constexpr std::size_t alignment = 8;  // of chunks in a segment file

struct SegmentHeader {
  Uuid uuid{};
  std::uint64_t first_seq = 0;  // as in the file's name
  std::uint64_t epoch = 0;      // of the run that wrote the file
};
std::string encode(const SegmentHeader& header);
// Nothing unless magic, version and checksum are right.
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes);

enum class Codec : std::uint8_t { plain = 0, deflate = 1 };

struct ChunkHeader {
  Codec codec = Codec::plain;
  std::uint16_t reason_bytes = 0;  // the payload begins with the dead letter reason
  std::uint32_t payload_bytes = 0;
  std::uint32_t plain_bytes = 0;
  std::uint32_t plain_crc = 0;  // CRC-32 of the plain bytes; deflate only
  std::uint32_t records = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t epoch = 0;
  std::int64_t received_ns = 0;  // since 1970
  std::uint32_t payload_crc = 0;

  Range range() const { return {first_seq, first_seq + records}; }
  std::uint64_t bytes_used() const { return chunk_header_bytes + std::uint64_t{payload_bytes}; }
  // To the next chunk.
  std::uint64_t bytes_stored() const { return (bytes_used() + alignment - 1) / alignment * alignment; }
};

// A chunk's header carries this, so that a header which strayed here from another stream isn't taken for ours.
std::uint32_t tag_of(const Uuid& uuid);

ChunkHeader header_of(const record::Chunk& chunk);
std::string_view content_of(const record::Chunk& chunk);  // its payload behind the dead letter reason
std::uint64_t bytes_stored(const record::Chunk& chunk);   // without computing a checksum

std::string encode(const ChunkHeader& header, std::uint32_t tag);
// Nothing unless magic, version, tag and checksum are right and the numbers make sense.
std::optional<ChunkHeader> decode_chunk_header(std::string_view bytes, std::uint32_t tag);
// Could a chunk header begin here? For searching.
bool begins_chunk(std::string_view bytes);

// The chunk whose header and payload these are; false: the payload's checksum is wrong. `oldest` is left alone.
bool decode_chunk(const ChunkHeader& header, std::string payload, record::Chunk& chunk);

// `0000000000000000.seg`, and back.
std::string segment_name(std::uint64_t first_seq);
std::optional<std::uint64_t> first_seq_of(std::string_view segment_name);

}  // namespace towline::stream::disk
