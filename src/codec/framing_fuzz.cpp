// Fuzzes the line framer with two oracles: however the bytes are split into reads, the frames are the same; and every
// byte that goes in comes out in a frame, is counted as lost, or belongs to a line end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "codec/framing.hpp"

namespace {

using towline::codec::Frame;
using towline::codec::frame_padding;
using towline::codec::FrameFault;
using towline::codec::LineFramer;

struct Line {
  std::string bytes;
  FrameFault fault;
  std::uint64_t lost_bytes;
  bool operator==(const Line&) const = default;
};

void take(const Frame& frame, std::vector<Line>& lines) {
  lines.push_back({std::string(frame.bytes), frame.fault, frame.lost_bytes});
}

// Each read lies in a block of its own, so that AddressSanitizer sees a frame that outlives its read.
void read(LineFramer& framer, std::string_view part, std::vector<Line>& lines) {
  std::string block(part);
  block.append(frame_padding, '\x7f');
  framer.feed(std::string_view(block).substr(0, part.size()));
  while (const auto frame = framer.next()) take(*frame, lines);
}

// `cuts`: the sizes of the reads, over and over again.
std::vector<Line> split(std::string_view bytes, std::size_t limit, std::string_view cuts, std::uint64_t lost_bytes) {
  LineFramer framer(limit);
  std::vector<Line> lines;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const std::size_t cut = cuts.empty() ? bytes.size() : static_cast<unsigned char>(cuts[i % cuts.size()]) % 17U + 1U;
    read(framer, bytes.substr(0, cut), lines);
    bytes.remove_prefix(std::min(cut, bytes.size()));
  }
  if (const auto frame = framer.finish(lost_bytes)) take(*frame, lines);
  CHECK(!framer.finish());
  return lines;
}

// The bytes that belong to line ends, found without the framer: each LF, and a CR before it or before the end.
std::uint64_t line_end_bytes(std::string_view bytes) {
  std::uint64_t count = bytes.ends_with('\r') ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n') count += i > 0 && bytes[i - 1] == '\r' ? 2U : 1U;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 8) return 0;
  const std::string input(data, data + size);
  const std::size_t limit = data[0] % 64U + 1U;
  const std::uint64_t lost_bytes = data[1] % 4U;
  const std::string_view cuts = std::string_view(input).substr(2, 6);
  const std::string_view bytes = std::string_view(input).substr(8);

  const std::vector<Line> whole = split(bytes, limit, {}, lost_bytes);
  CHECK(whole == split(bytes, limit, cuts, lost_bytes));
  CHECK(whole == split(bytes, limit, std::string_view("\0", 1), lost_bytes));

  std::uint64_t accounted = line_end_bytes(bytes);
  for (const Line& line : whole) {
    CHECK(line.bytes.size() <= limit);
    CHECK(line.bytes.find('\n') == std::string::npos);
    CHECK((line.fault == FrameFault::none) == (line.lost_bytes == 0));
    accounted += line.bytes.size() + line.lost_bytes;
  }
  CHECK(accounted == bytes.size() + lost_bytes);
  return 0;
}
