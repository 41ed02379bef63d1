// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012): a fast keyed hash. Who doesn't know the key can't make
// texts that collide. Not for secrets: use HMAC for those.
#pragma once

#include <cstdint>
#include <string_view>

namespace towline {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
};

using SipKey = Hash128;

Hash128 siphash(const SipKey& key, std::string_view text);

// A key that nobody knows, from the system's randomness.
SipKey random_sip_key();

}  // namespace towline
