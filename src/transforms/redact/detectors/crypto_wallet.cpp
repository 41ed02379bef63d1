// Addresses of crypto-currency wallets: Bitcoin (base58 and bech32, with their checksums) and Ethereum. Only used where
// they are asked for: addresses are public.
#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/detectors/wallet_checksum.hpp"

namespace towline::redact {

namespace {

// 0x and exactly 40 hexadecimal digits: transactions have 64.
std::size_t ethereum_end(std::string_view text, std::size_t at) {
  constexpr std::size_t size = 42;
  if (!text.substr(at).starts_with("0x")) return 0;
  const std::size_t end = skip(text.substr(0, std::min(text.size(), at + size + 1)), at + 2, is_hex);
  return end - at == size && !alnum_at(text, end) ? end : 0;
}

// Where a word ends that is no longer than addresses are, or 0.
std::size_t word_end(std::string_view text, std::size_t at, std::size_t min, std::size_t max) {
  const std::size_t end = skip(text.substr(0, std::min(text.size(), at + max + 1)), at, is_alnum);
  return end - at < min || end - at > max ? 0 : end;
}

std::size_t bitcoin_end(std::string_view text, std::size_t at) {
  const bool bech32 = word_at(text, at, "bc1");
  const std::size_t end = bech32 ? word_end(text, at, 14, 90) : word_end(text, at, 26, 35);
  if (end == 0) return 0;
  const std::string_view address = text.substr(at, end - at);
  return (bech32 ? has_bech32_checksum(address) : has_base58_checksum(address)) ? end : 0;
}

std::size_t find(std::string_view text, std::size_t at, Found& found) {
  if (follows_word(text, at)) return at + 1;
  const std::size_t end = text[at] == '0' ? ethereum_end(text, at) : bitcoin_end(text, at);
  if (end == 0) return at + 1;
  found.add(at, end);
  return end;
}

constexpr std::string_view hex_any = "0123456789abcdefABCDEF";
constexpr std::string_view base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr Anchor anchors[] = {
    {"0", "x", hex_any, hex_any},
    {"bB", "cC", "1"},
    {"13", base58, base58, base58},
};

constexpr Example examples[] = {
    {"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "[REDACTED:crypto_wallet]"},
    {"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "[REDACTED:crypto_wallet]"},
    {"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "[REDACTED:crypto_wallet]"},
    {"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "[REDACTED:crypto_wallet]"},
    {"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "[REDACTED:crypto_wallet]"},
    {"0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", "[REDACTED:crypto_wallet]"},
    {"to=0xd8da6bf26964af9d7eed9e03e53415d37aa96045", "to=[REDACTED:crypto_wallet]"},
};
constexpr std::string_view counter_examples[] = {
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
    "0x1f3b7c",
    "1763658342123456789012345678",
    "xd8da6bf26964af9d7eed9e03e53415d37aa96045",
};

}  // namespace

const Detector crypto_wallet = {
    .name = "crypto_wallet",
    .description = "Addresses of Bitcoin and Ethereum wallets.",
    .validation =
        "Bitcoin: a right checksum (base58, bech32, bech32m). Ethereum: 0x and exactly 40 hexadecimal digits.",
    .by_default = false,
    .examples = examples,
    .counter_examples = counter_examples,
    .anchors = anchors,
    .find = find,
};

}  // namespace towline::redact
