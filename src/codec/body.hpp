// The body of a request as a list of pieces that other objects own: nothing is copied to put it together.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace towline::codec {

class Body {
 public:
  // `owner` keeps `bytes` alive for as long as this body (or a copy) lives.
  void add(std::shared_ptr<const void> owner, std::string_view bytes);
  void add(std::string bytes);
  // Bytes that live for ever, such as a constant.
  void add_static(std::string_view bytes);

  std::size_t size() const { return size_; }
  std::size_t owned_bytes() const { return owned_; }  // of pieces that nobody else holds

  // Copies up to out.size() bytes from `offset` on; the number copied, 0 at the end. Reading in order is cheap.
  std::size_t read(std::size_t offset, std::span<char> out) const;

  std::string text() const;  // all of it in one piece: tests and small bodies

 private:
  struct Piece {
    std::shared_ptr<const void> owner;
    std::string_view bytes;
    std::size_t offset;  // of its first byte in the body
  };
  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
  std::size_t owned_ = 0;
};

}  // namespace towline::codec
