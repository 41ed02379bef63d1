#include "transforms/redact/detectors/wallet_checksum.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::size_t address_bytes = 25;
constexpr std::size_t checksum_bytes = 4;

// Multiplies the number by 58 and adds; false if it gets too large.
bool push_base58(std::array<std::uint8_t, address_bytes>& number, std::size_t digit) {
  std::size_t carry = digit;
  for (std::size_t i = number.size(); i-- > 0;) {
    carry += number[i] * std::size_t{58};
    number[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }
  return carry == 0;
}

std::uint32_t push_bech32(std::uint32_t checksum, std::uint32_t value) {
  constexpr std::array<std::uint32_t, 5> generator = {0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
  const std::uint32_t top = checksum >> 25U;
  checksum = (checksum & 0x1FFFFFFU) << 5U ^ value;
  for (std::size_t i = 0; i < generator.size(); ++i) {
    if ((top >> i & 1U) != 0) checksum ^= generator[i];
  }
  return checksum;
}

}  // namespace

bool has_base58_checksum(std::string_view address) {
  constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::array<std::uint8_t, address_bytes> number{};
  for (const char c : address) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos || !push_base58(number, digit)) return false;
  }
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash{};
  SHA256(number.data(), address_bytes - checksum_bytes, hash.data());
  SHA256(hash.data(), hash.size(), hash.data());
  return std::memcmp(hash.data(), number.data() + address_bytes - checksum_bytes, checksum_bytes) == 0;
}

bool has_bech32_checksum(std::string_view address) {
  constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  constexpr std::uint32_t bech32 = 1;
  constexpr std::uint32_t bech32m = 0x2BC830A3;
  const bool mixed =
      std::any_of(address.begin(), address.end(), is_upper) && std::any_of(address.begin(), address.end(), is_lower);
  if (mixed || address.size() < 4) return false;
  std::uint32_t checksum = 1;
  for (const std::uint32_t value : {3U, 3U, 0U, 2U, 3U}) checksum = push_bech32(checksum, value);  // "bc", expanded
  for (const char c : address.substr(3)) {
    const std::size_t value = alphabet.find(to_lower(c));
    if (value == std::string_view::npos) return false;
    checksum = push_bech32(checksum, static_cast<std::uint32_t>(value));
  }
  return checksum == bech32 || checksum == bech32m;
}

}  // namespace towline::redact
