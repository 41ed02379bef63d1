#include "base/siphash.hpp"

#include <bit>
#include <cstddef>
#include <random>

namespace towline {

namespace {

// Little-endian, whatever the machine is.
std::uint64_t read_word(std::string_view text) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < text.size() && i < 8; ++i)
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return word;
}

struct State {
  std::uint64_t a;
  std::uint64_t b;
  std::uint64_t c;
  std::uint64_t d;

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void rounds(int count) {
    for (int i = 0; i < count; ++i) round();
  }
  void add(std::uint64_t word) {
    d ^= word;
    rounds(2);
    a ^= word;
  }
  std::uint64_t finish() {
    rounds(4);
    return a ^ b ^ c ^ d;
  }
};

}  // namespace

// The constants are the standard's: the ASCII of "somepseudorandomlygeneratedbytes".
Hash128 siphash(const SipKey& key, std::string_view text) {
  State state{key.low ^ 0x736F6D6570736575U, key.high ^ 0x646F72616E646F6DU ^ 0xEEU, key.low ^ 0x6C7967656E657261U,
              key.high ^ 0x7465646279746573U};
  const std::uint64_t size = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) state.add(read_word(text));
  state.add(read_word(text) | size << 56U);
  state.c ^= 0xEEU;
  const std::uint64_t low = state.finish();
  state.b ^= 0xDDU;
  return {low, state.finish()};
}

SipKey random_sip_key() {
  std::random_device device;
  const auto word = [&] { return std::uint64_t{device()} << 32U | device(); };
  const std::uint64_t low = word();
  return {low, word()};
}

}  // namespace towline
