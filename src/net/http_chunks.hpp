// Reads a chunked body (RFC 9112 section 7.1) while it arrives. Strict: every line ends in CRLF, sizes are hexadecimal
// digits that fit in 64 bits, extensions and trailers are read over, within bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace towline::net {

// One body. However it is split into calls, the content is the same.
class ChunkDecoder {
 public:
  // Eats from `bytes`, up to the end of the next stretch of content, which is `piece` (a part of `bytes`), or all of
  // them. What follows the body is left. False: this is no chunked body.
  bool next(std::string_view& bytes, std::string_view& piece);

  // The last chunk and the trailers are read.
  bool done() const { return state_ == State::done; }

  static constexpr std::size_t overhead_max = 4096;  // of one size line with its extensions; of all trailers together

 private:
  enum class State : std::uint8_t {
    size_begin,
    size,
    extension,
    size_lf,
    content,
    content_cr,
    content_lf,
    trailer_begin,
    trailer,
    trailer_lf,
    end_lf,
    done
  };

  bool step(char c);
  bool size_digit(char c);

  State state_ = State::size_begin;
  std::uint64_t left_ = 0;  // of the chunk
  std::size_t overhead_ = 0;
};

}  // namespace towline::net
