// Which names are those of secrets: by how they end, without regard to case, `_`, `-`, `.` and blanks.
#include <algorithm>
#include <array>

#include "transforms/redact/detectors/characters.hpp"
#include "transforms/redact/detectors/named_value.hpp"

namespace towline::redact {

namespace {

constexpr std::array<std::string_view, 5> passwords = {"password", "passwd", "passphrase", "passcode", "pwd"};

constexpr std::array<std::string_view, 10> secrets = {"secret",    "token",      "credential",   "credentials",
                                                      "sessionid", "sessid",     "passwordhash", "secrets",
                                                      "secretid",  "secretvalue"};

// What makes a key a secret one.
constexpr std::array<std::string_view, 23> of_keys = {
    "api",          "secret",  "access",  "private", "auth", "authentication", "encryption", "signing",
    "signature",    "account", "shared",  "master",  "app",  "application",    "server",     "service",
    "subscription", "session", "license", "hmac",    "aes",  "crypto",         "deploy"};

// Tokens that give access to nothing but the next page, and what is said about tokens.
constexpr std::array<std::string_view, 12> of_harmless_tokens = {"next",         "page",   "continuation", "pagination",
                                                                 "cancellation", "cancel", "cursor",       "unexpected",
                                                                 "max",          "sync",   "resume",       "total"};

template <std::size_t size>
bool ends_with_any(std::string_view name, const std::array<std::string_view, size>& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

// `pass` is the end of many words.
bool is_pass(std::string_view name, std::string_view plain) {
  if (!plain.ends_with("pass")) return false;
  if (plain.size() == 4 || plain == "dbpass" || plain == "userpass") return true;
  if (name.size() < 5) return true;
  const char before = name[name.size() - 5];
  return !is_alnum(before) || (is_lower(before) && is_upper(name[name.size() - 4]));
}

bool is_secret(std::string_view plain) {
  constexpr std::string_view key = "key";
  constexpr std::string_view token = "token";
  if (plain.ends_with(key)) return ends_with_any(plain.substr(0, plain.size() - key.size()), of_keys);
  if (plain.ends_with(token)) return !ends_with_any(plain.substr(0, plain.size() - token.size()), of_harmless_tokens);
  return ends_with_any(plain, secrets);
}

// The name without what may be written between its words, in small letters.
class PlainName {
 public:
  explicit PlainName(std::string_view name) {
    for (const char c : name.substr(0, plain_.size())) {
      if (is_alnum(c)) plain_[size_++] = to_lower(c);
    }
  }
  std::string_view text() const { return {plain_.data(), size_}; }

 private:
  std::array<char, 160> plain_{};
  std::size_t size_ = 0;
};

}  // namespace

NameKind kind_of_name(std::string_view name) {
  const PlainName plain_name(name);
  const std::string_view plain = plain_name.text();
  if (ends_with_any(plain, passwords) || is_pass(name, plain)) return NameKind::password;
  if (plain.ends_with("authorization")) return NameKind::authorization;
  if (plain.ends_with("signature") || plain == "sig") return NameKind::signature;
  return is_secret(plain) ? NameKind::secret : NameKind::other;
}

}  // namespace towline::redact
