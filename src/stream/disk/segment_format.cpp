#include "stream/disk/segment_format.hpp"

#include <charconv>
#include <limits>
#include <utility>

#include "stream/disk/crc32c.hpp"
#include "stream/disk/little_endian.hpp"

namespace towline::stream::disk {

namespace {

// 0xFF is in no NDJSON: what a plain payload holds never looks like the beginning of a chunk.
constexpr std::string_view segment_magic = "\xFFtowseg\n";
constexpr std::string_view chunk_magic = "\xFFtow";
constexpr std::uint8_t version = 1;
constexpr std::size_t crc_at = 60;  // both headers end with the checksum of what is in front of it
constexpr std::string_view extension = ".seg";
constexpr std::size_t digits = 16;
constexpr std::size_t reason_bytes_max = 256;

void close_header(std::string& out) {
  out.resize(crc_at, '\0');
  put(out, crc32c(out));
}

bool is_intact(std::string_view bytes, std::string_view magic) {
  static_assert(segment_header_bytes == chunk_header_bytes);
  return bytes.size() >= segment_header_bytes && bytes.starts_with(magic) &&
         ByteReader(bytes.substr(crc_at)).take<std::uint32_t>() == crc32c(bytes.substr(0, crc_at));
}

std::string_view reason_of(const record::Chunk& chunk) {
  return std::string_view(chunk.dead_letter_reason).substr(0, reason_bytes_max);
}

bool is_sensible(const ChunkHeader& header) {
  const bool plain_fits =
      header.codec == Codec::deflate || header.reason_bytes + std::uint64_t{header.plain_bytes} == header.payload_bytes;
  return header.records > 0 && header.reason_bytes <= header.payload_bytes && plain_fits &&
         header.first_seq <= std::numeric_limits<std::uint64_t>::max() - header.records;
}

}  // namespace

std::string to_hex(const Uuid& uuid) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const char c : uuid) {
    const auto byte = static_cast<unsigned char>(c);
    out += hex[byte >> 4U];
    out += hex[byte & 15U];
  }
  return out;
}

std::string encode(const SegmentHeader& header) {
  std::string out(segment_magic);
  put(out, std::uint32_t{version});
  put(out, std::uint32_t{0});
  out.append(header.uuid.data(), header.uuid.size());
  put(out, header.first_seq);
  put(out, header.epoch);
  close_header(out);
  return out;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (!is_intact(bytes, segment_magic)) return std::nullopt;
  ByteReader reader(bytes.substr(segment_magic.size()));
  if (reader.take<std::uint32_t>() != version) return std::nullopt;
  reader.take<std::uint32_t>();
  SegmentHeader header;
  reader.take(header.uuid.size()).copy(header.uuid.data(), header.uuid.size());
  header.first_seq = reader.take<std::uint64_t>();
  header.epoch = reader.take<std::uint64_t>();
  return header;
}

std::uint32_t tag_of(const Uuid& uuid) {
  return crc32c({uuid.data(), uuid.size()});
}

std::string_view content_of(const record::Chunk& chunk) {
  return chunk.is_packed() ? chunk.packed.deflate : chunk.plain;
}

std::uint64_t bytes_stored(const record::Chunk& chunk) {
  ChunkHeader header;
  header.payload_bytes = static_cast<std::uint32_t>(reason_of(chunk).size() + content_of(chunk).size());
  return header.bytes_stored();
}

ChunkHeader header_of(const record::Chunk& chunk) {
  const std::string_view reason = reason_of(chunk);
  const std::string_view content = content_of(chunk);
  ChunkHeader header;
  header.codec = chunk.is_packed() ? Codec::deflate : Codec::plain;
  header.reason_bytes = static_cast<std::uint16_t>(reason.size());
  header.payload_bytes = static_cast<std::uint32_t>(reason.size() + content.size());
  header.plain_bytes = chunk.is_packed() ? chunk.packed.plain_bytes : static_cast<std::uint32_t>(content.size());
  header.plain_crc = chunk.is_packed() ? chunk.packed.crc : 0;
  header.records = chunk.records;
  header.first_seq = chunk.first_seq;
  header.epoch = chunk.epoch;
  header.received_ns = chunk.received.time_since_epoch().count();
  header.payload_crc = crc32c(content, crc32c(reason));
  return header;
}

std::string encode(const ChunkHeader& header, std::uint32_t tag) {
  std::string out(chunk_magic);
  put(out, tag);
  put(out, version);
  put(out, static_cast<std::uint8_t>(header.codec));
  put(out, header.reason_bytes);
  put(out, header.payload_bytes);
  put(out, header.plain_bytes);
  put(out, header.plain_crc);
  put(out, header.records);
  put(out, header.payload_crc);
  put(out, header.first_seq);
  put(out, header.epoch);
  put(out, static_cast<std::uint64_t>(header.received_ns));
  close_header(out);
  return out;
}

bool begins_chunk(std::string_view bytes) {
  return bytes.starts_with(chunk_magic);
}

std::optional<ChunkHeader> decode_chunk_header(std::string_view bytes, std::uint32_t tag) {
  if (!is_intact(bytes, chunk_magic)) return std::nullopt;
  ByteReader reader(bytes.substr(chunk_magic.size()));
  if (reader.take<std::uint32_t>() != tag || reader.take<std::uint8_t>() != version) return std::nullopt;
  const auto codec = reader.take<std::uint8_t>();
  if (codec > static_cast<std::uint8_t>(Codec::deflate)) return std::nullopt;
  ChunkHeader header;
  header.codec = static_cast<Codec>(codec);
  header.reason_bytes = reader.take<std::uint16_t>();
  header.payload_bytes = reader.take<std::uint32_t>();
  header.plain_bytes = reader.take<std::uint32_t>();
  header.plain_crc = reader.take<std::uint32_t>();
  header.records = reader.take<std::uint32_t>();
  header.payload_crc = reader.take<std::uint32_t>();
  header.first_seq = reader.take<std::uint64_t>();
  header.epoch = reader.take<std::uint64_t>();
  header.received_ns = static_cast<std::int64_t>(reader.take<std::uint64_t>());
  if (!is_sensible(header)) return std::nullopt;
  return header;
}

bool decode_chunk(const ChunkHeader& header, std::string payload, record::Chunk& chunk) {
  if (payload.size() != header.payload_bytes || crc32c(payload) != header.payload_crc) return false;
  chunk.first_seq = header.first_seq;
  chunk.epoch = header.epoch;
  chunk.records = header.records;
  chunk.plain_bytes = header.plain_bytes;
  chunk.received = WallTime(std::chrono::nanoseconds(header.received_ns));
  chunk.dead_letter_reason = payload.substr(0, header.reason_bytes);
  payload.erase(0, header.reason_bytes);
  if (header.codec == Codec::deflate)
    chunk.packed = {std::move(payload), header.plain_crc, header.plain_bytes};
  else
    chunk.plain = std::move(payload);
  return true;
}

std::string segment_name(std::uint64_t first_seq) {
  char text[digits];
  const char* end = std::to_chars(text, text + digits, first_seq, 16).ptr;
  const auto length = static_cast<std::size_t>(end - text);
  return std::string(digits - length, '0').append(text, length).append(extension);
}

std::optional<std::uint64_t> first_seq_of(std::string_view name) {
  if (name.size() != digits + extension.size() || !name.ends_with(extension)) return std::nullopt;
  std::uint64_t first_seq = 0;
  const char* end = name.data() + digits;
  const auto [rest, error] = std::from_chars(name.data(), end, first_seq, 16);
  if (error != std::errc() || rest != end || segment_name(first_seq) != name) return std::nullopt;
  return first_seq;
}

}  // namespace towline::stream::disk
