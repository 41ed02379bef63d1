#include "codec/body.hpp"

#include <algorithm>
#include <utility>

namespace towline::codec {

void Body::add(std::shared_ptr<const void> owner, std::string_view bytes) {
  if (bytes.empty()) return;
  pieces_.push_back(Piece{std::move(owner), bytes, size_});
  size_ += bytes.size();
}

void Body::add(std::string bytes) {
  const auto owner = std::make_shared<const std::string>(std::move(bytes));
  owned_ += owner->size();
  add(owner, *owner);
}

void Body::add_static(std::string_view bytes) {
  add(nullptr, bytes);
}

std::size_t Body::read(std::size_t offset, std::span<char> out) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                      [](std::size_t at, const Piece& piece) { return at < piece.offset; });
  std::size_t copied = 0;
  for (auto piece = after == pieces_.begin() ? after : after - 1; piece != pieces_.end(); ++piece) {
    if (copied == out.size()) break;
    const std::string_view rest = piece->bytes.substr(std::min(offset - piece->offset, piece->bytes.size()));
    const std::size_t n = rest.copy(out.data() + copied, out.size() - copied);
    copied += n;
    offset += n;
  }
  return copied;
}

std::string Body::text() const {
  std::string all(size_, '\0');
  read(0, all);
  return all;
}

}  // namespace towline::codec
