#include "sources/udp/datagram_reader.hpp"

#include <linux/sock_diag.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "codec/framing.hpp"

namespace towline::udp {

DatagramReader::DatagramReader(std::size_t max_datagram)
    : max_datagram_(max_datagram),
      buffers_(std::make_unique_for_overwrite<char[]>(batch_max * (max_datagram + codec::frame_padding))) {
  for (std::size_t i = 0; i < batch_max; ++i) {
    vectors_[i] = {buffers_.get() + i * (max_datagram + codec::frame_padding), max_datagram};
  }
}

bool DatagramReader::enable_drop_count(int socket) {
  const int on = 1;
  return ::setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) == 0;
}

ReadStatus DatagramReader::read(int socket) {
  count_ = 0;
  drops_.reset();
  prepare();
  // With MSG_TRUNC the kernel gives the real length of a datagram, even if it was cut.
  const int count = ::recvmmsg(socket, messages_.data(), batch_max, MSG_DONTWAIT | MSG_TRUNC, nullptr);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? ReadStatus::none : ReadStatus::failed;
  count_ = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < count_; ++i) take(i);
  return count_ > 0 ? ReadStatus::some : ReadStatus::none;
}

// The kernel writes the lengths into the headers, so they are set before each call.
void DatagramReader::prepare() {
  for (std::size_t i = 0; i < batch_max; ++i) {
    msghdr& header = messages_[i].msg_hdr;
    header.msg_iov = &vectors_[i];
    header.msg_iovlen = 1;
    header.msg_control = controls_[i].bytes.data();
    header.msg_controllen = controls_[i].bytes.size();
  }
}

void DatagramReader::take(std::size_t index) {
  const std::size_t length = messages_[index].msg_len;
  const std::size_t kept = std::min(length, max_datagram_);
  datagrams_[index] = {{static_cast<const char*>(vectors_[index].iov_base), kept}, length - kept};

  msghdr& header = messages_[index].msg_hdr;
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t total = 0;
    std::memcpy(&total, CMSG_DATA(item), sizeof total);
    drops_ = total;
  }
}

std::optional<std::uint32_t> DatagramReader::drops_now(int socket) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return std::nullopt;
  if (size < (SK_MEMINFO_DROPS + 1) * sizeof(std::uint32_t)) return std::nullopt;
  return info[SK_MEMINFO_DROPS];
}

}  // namespace towline::udp
