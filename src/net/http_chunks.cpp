#include "net/http_chunks.hpp"

#include <algorithm>

namespace towline::net {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

}  // namespace

bool ChunkDecoder::next(std::string_view& bytes, std::string_view& piece) {
  piece = {};
  while (!bytes.empty() && !done()) {
    if (state_ == State::content) {
      piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      bytes.remove_prefix(piece.size());
      left_ -= piece.size();
      if (left_ == 0) state_ = State::content_cr;
      return true;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (++overhead_ > overhead_max || !step(c)) return false;
  }
  return true;
}

bool ChunkDecoder::size_digit(char c) {
  const int digit = hex_value(c);
  if (digit < 0 || left_ >> 60U != 0) return false;
  left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
  state_ = State::size;
  return true;
}

// One byte of what is around the content.
bool ChunkDecoder::step(char c) {
  switch (state_) {
    case State::size_begin:
      return size_digit(c);
    case State::size:
      if (c != ';' && c != '\r') return size_digit(c);
      state_ = c == ';' ? State::extension : State::size_lf;
      return true;
    case State::extension:
      if (c == '\r') state_ = State::size_lf;
      return c == '\r' || is_text(c);
    case State::size_lf:
      overhead_ = 0;
      state_ = left_ == 0 ? State::trailer_begin : State::content;
      return c == '\n';
    case State::content_cr:
      state_ = State::content_lf;
      return c == '\r';
    case State::content_lf:
      overhead_ = 0;
      state_ = State::size_begin;
      return c == '\n';
    case State::trailer_begin:
      state_ = c == '\r' ? State::end_lf : State::trailer;
      return c == '\r' || (is_text(c) && c != ' ' && c != '\t');
    case State::trailer:
      if (c == '\r') state_ = State::trailer_lf;
      return c == '\r' || is_text(c);
    case State::trailer_lf:
      state_ = State::trailer_begin;
      return c == '\n';
    case State::end_lf:
      state_ = State::done;
      return c == '\n';
    case State::content:
    case State::done:
      break;
  }
  return false;
}

}  // namespace towline::net
