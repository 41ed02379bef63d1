// Tokens stand for values that must not be shown but should still be found: the same value has the same token, and
// without the key nobody can compute one. A token is HMAC-SHA-256(key, value), its first 64 bits as 16 letters from a
// (0) to p (15): without digits no detector takes one for a number.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "config/secret_source.hpp"

namespace towline::redact {

// One thread at a time.
class Tokens {
 public:
  // `previous` may be left out. Reads both.
  Tokens(config::SecretSource current, config::SecretSource previous);
  Tokens() = default;  // without keys

  // Reads files again that have changed; looks at most once in `look_every` of the time that records were received.
  void refresh(WallTime received);
  static constexpr Duration look_every = std::chrono::seconds(10);

  // Whether there is a key to make tokens with. A key of less than key_bytes_min is none.
  bool available() const { return !current_.key.empty(); }
  static constexpr std::size_t key_bytes_min = 16;

  // Appends `:KEY:TOKEN`, with a previous key `:KEY:TOKEN:KEY:TOKEN`, the current one first. KEY are four letters that
  // tell keys apart. Only if available().
  void append(std::string& out, std::string_view value) const;

  static constexpr std::size_t key_letters = 4;
  static constexpr std::size_t token_letters = 16;
  // The length of one or two `:KEY:TOKEN` at the start of the text; 0 if there are none.
  static std::size_t length(std::string_view text);

 private:
  struct Key {
    config::SecretSource source;
    Secret key;
    std::string name;  // four letters
  };
  static void read(Key& key, std::string_view which);

  Key current_;
  Key previous_;
  std::optional<WallTime> looked_;
};

}  // namespace towline::redact
