// The kernel counts the datagrams that it drops on a socket, in 32 bits, from the socket's beginning. This turns what
// is read of that counter into numbers to add up. It doesn't read it.
#pragma once

#include <cstdint>

namespace towline::udp {

class DropCounter {
 public:
  // `total`: the kernel's counter. Returns how many drops are new. A value may be older than the last one (the kernel
  // notes it with each datagram when that is queued); then none is.
  std::uint32_t update(std::uint32_t total) {
    const std::uint32_t fresh = total - total_;  // right across the wrap from 2^32 - 1 to 0
    if (fresh > half) return 0;
    total_ = total;
    return fresh;
  }

 private:
  static constexpr std::uint32_t half = 1U << 31U;
  std::uint32_t total_ = 0;
};

}  // namespace towline::udp
