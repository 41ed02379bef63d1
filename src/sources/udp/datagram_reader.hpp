// Reads datagrams many at a time (recvmmsg), each with what the kernel says about it: how much of it was cut off, and
// how many were dropped before it. What is in them is not its business.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace towline::udp {

struct Datagram {
  std::string_view bytes;        // codec::frame_padding bytes behind it are readable
  std::uint64_t lost_bytes = 0;  // cut off because it was longer than max_datagram
};

enum class ReadStatus : std::uint8_t { some, none, failed };

// Its buffers are memory only as far as datagrams have filled them. Used on one shard's thread.
class DatagramReader {
 public:
  static constexpr std::size_t batch_max = 32;

  explicit DatagramReader(std::size_t max_datagram);

  // Asks the kernel to count drops on this socket (SO_RXQ_OVFL). Returns whether it will.
  static bool enable_drop_count(int socket);

  // Reads what is queued, at most batch_max datagrams, without waiting. `failed`: see errno.
  ReadStatus read(int socket);

  // What the last read() gave, valid until the next.
  std::span<const Datagram> datagrams() const { return {datagrams_.data(), count_}; }

  // The kernel's drop counter as of when the last of these datagrams was queued; nothing while it is 0.
  std::optional<std::uint32_t> drops() const { return drops_; }

  // The same counter as it is now, which includes drops after the last datagram; nothing on a kernel before 4.12.
  static std::optional<std::uint32_t> drops_now(int socket);

 private:
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> bytes;
  };

  void prepare();
  void take(std::size_t index);

  std::size_t max_datagram_;
  std::unique_ptr<char[]> buffers_;
  std::array<Control, batch_max> controls_{};
  std::array<iovec, batch_max> vectors_{};
  std::array<mmsghdr, batch_max> messages_{};
  std::array<Datagram, batch_max> datagrams_{};
  std::size_t count_ = 0;
  std::optional<std::uint32_t> drops_;
};

}  // namespace towline::udp
