#include "stream/disk/chunk_scanner.hpp"

#include <algorithm>

namespace towline::stream::disk {

namespace {
constexpr std::uint64_t page = 4096;
}

std::optional<ChunkScanner::Located> ChunkScanner::next(std::uint64_t limit) {
  for (std::uint64_t offset = at_; offset < limit; offset = search(offset + alignment, limit)) {
    const std::optional<ChunkHeader> header = header_at(offset, limit);
    if (!header) continue;
    if (header->bytes_used() > limit - offset) {
      cut_seq_ = std::max(cut_seq_, header->range().end);
      continue;
    }
    const Located located{*header, offset, offset != at_};
    at_ = offset + header->bytes_stored();
    next_seq_ = header->range().end;
    return located;
  }
  return std::nullopt;
}

std::optional<ChunkHeader> ChunkScanner::header_at(std::uint64_t offset, std::uint64_t limit) {
  const std::string_view bytes = window_.view(offset, chunk_header_bytes, limit);
  std::optional<ChunkHeader> header = decode_chunk_header(bytes, tag_);
  if (header && header->first_seq < next_seq_) header.reset();  // left over from an older file, or copied
  return header;
}

// The next offset where a header could begin, or `limit`. What can't be read is skipped by the page.
std::uint64_t ChunkScanner::search(std::uint64_t from, std::uint64_t limit) {
  while (from < limit) {
    const std::string_view bytes = window_.view(from, std::min<std::uint64_t>(alignment, limit - from), limit);
    if (bytes.empty()) {
      from = (from / page + 1) * page;
      continue;
    }
    for (std::size_t i = 0; i < bytes.size(); i += alignment)
      if (begins_chunk(bytes.substr(i))) return from + i;
    from += (bytes.size() + alignment - 1) / alignment * alignment;
  }
  return limit;
}

}  // namespace towline::stream::disk
