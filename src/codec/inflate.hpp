// Undoes the Content-Encoding of a request body while it arrives: gzip (also of several members), deflate (with zlib's
// frame or without), zstd (also of several frames). The output is handed on in small pieces, so that whoever counts it
// can stop a bomb at once; nothing is kept but the decoder's window. Facts: RFC 1950 to 1952, RFC 8878, RFC 9110 8.4.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace towline::codec {

enum class Coding : std::uint8_t { identity, gzip, deflate, zstd };

// The coding of a Content-Encoding header; nothing for one that isn't known. Without the header: "", which is identity.
std::optional<Coding> parse_coding(std::string_view content_encoding);

// One body. However it is split into calls, the output is the same. Not thread-safe.
class Inflater {
 public:
  enum class Status : std::uint8_t {
    going,    // everything was taken; more may follow
    stopped,  // `out` said no
    corrupt,  // this is not what it claims to be, or needs more than window_max; nothing more can be done with it
  };
  // Is given the next plain bytes (output_max at most); false stops.
  using Out = std::function<bool(std::string_view plain)>;

  explicit Inflater(Coding coding);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Status feed(std::string_view bytes, const Out& out);

  // May the body end here? Not in the middle of a member or frame.
  bool complete() const;

  // What the decoder has allocated.
  std::size_t memory() const;

  static constexpr std::size_t output_max = std::size_t{32} << 10U;
  static constexpr std::size_t window_max = std::size_t{8} << 20U;  // zstd's may be gigabytes

  class Decoder;

 private:
  std::unique_ptr<Decoder> decoder_;  // null: identity
};

}  // namespace towline::codec
