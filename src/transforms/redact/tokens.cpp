#include "transforms/redact/tokens.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/check.hpp"
#include "base/diagnostics.hpp"

namespace towline::redact {

namespace {

bool is_token_letter(char c) {
  return c >= 'a' && c <= 'p';
}

// The first letters of HMAC-SHA-256(key, value), four bits each.
void append_hmac(std::string& out, const Secret& key, std::string_view value, std::size_t letters) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  const std::string_view secret = key.reveal();
  CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, value.size(), digest.data(), &size) !=
        nullptr);
  for (std::size_t i = 0; i < letters; ++i) {
    const unsigned half = i % 2 == 0 ? digest[i / 2] >> 4U : digest[i / 2] & 15U;
    out += static_cast<char>('a' + half);
  }
}

// The length of `:` and so many letters at the start of the text, or 0.
std::size_t letters_length(std::string_view text, std::size_t letters) {
  if (text.size() <= letters || text.front() != ':') return 0;
  for (const char c : text.substr(1, letters)) {
    if (!is_token_letter(c)) return 0;
  }
  return letters + 1;
}

}  // namespace

Tokens::Tokens(config::SecretSource current, config::SecretSource previous) {
  current_.source = std::move(current);
  previous_.source = std::move(previous);
  read(current_, "key");
  read(previous_, "previous_key");
}

void Tokens::refresh(WallTime received) {
  if (looked_ && received >= *looked_ && received - *looked_ < look_every) return;
  looked_ = received;
  if (current_.source.changed()) read(current_, "key");
  if (previous_.source.changed()) read(previous_, "previous_key");
}

// What can't be read keeps the key that was read before, if there was one.
void Tokens::read(Key& key, std::string_view which) {
  if (!key.source.configured()) return;
  Result<Secret> secret = key.source.read();
  if (!secret) {
    diagnostics::warn("redact.key", "a key for tokens can't be read",
                      {{"key", which}, {"cause", std::string_view(secret.error().message)}});
    return;
  }
  if (secret->reveal().size() < key_bytes_min) {
    diagnostics::warn("redact.key", "a key for tokens is shorter than 16 bytes and isn't used", {{"key", which}});
    return;
  }
  key.key = std::move(*secret);
  key.name.clear();
  append_hmac(key.name, key.key, "towline: the name of this key", key_letters);
}

void Tokens::append(std::string& out, std::string_view value) const {
  for (const Key* key : {&current_, &previous_}) {
    if (key->key.empty()) continue;
    out.append(1, ':').append(key->name).append(1, ':');
    append_hmac(out, key->key, value, token_letters);
  }
}

std::size_t Tokens::length(std::string_view text) {
  constexpr int keys_max = 2;
  std::size_t length = 0;
  for (int i = 0; i < keys_max; ++i) {
    const std::size_t name = letters_length(text.substr(length), key_letters);
    const std::size_t token = name == 0 ? 0 : letters_length(text.substr(length + name), token_letters);
    if (token == 0) break;
    length += name + token;
  }
  return length;
}

}  // namespace towline::redact
