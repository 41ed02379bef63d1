#include "transforms/redact/field_names.hpp"

#include <algorithm>

#include "record/json_text.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::string_view defaults[] = {
    "password",
    "*_password",
    "passwd",
    "*_passwd",
    "pwd",
    "*_pwd",
    "passphrase",
    "*_passphrase",
    "passcode",
    "secret",
    "*_secret",
    "token",
    "*_token",
    "api_key",
    "*_api_key",
    "*access_key",
    "*secret_key",
    "*private_key",
    "*encryption_key",
    "*signing_key",
    "authorization",
    "proxy_authorization",
    "credentials",
    "cookie",
    "set_cookie",
    "session_cookie",
    "ssn",
    "*_ssn",
    "social_security_number",
    "card_number",
    "*_card_number",
    "cvv",
    "cvv2",
    "cvc",
};

// What stands before the name itself: http.request.header.authorization, user[password], ns:token; and what may stand
// behind it: "Password:", password[], token[0].
std::string_view last_segment(std::string_view key) {
  constexpr std::string_view separators = ".:/[";
  constexpr std::string_view endings = ".:/[]-_ \t";
  for (;;) {
    key = key.substr(0, key.find_last_not_of(endings) + 1);
    const std::size_t separator = key.find_last_of(separators);
    if (separator == std::string_view::npos) return key;
    const std::string_view segment = key.substr(separator + 1);
    if (segment.find_first_not_of("0123456789") != std::string_view::npos) return segment;
    key = key.substr(0, separator);
  }
}

// What was redacted in a key is no part of its name, and nothing ends or begins where it stands.
std::string without_redactions(std::string_view key) {
  std::string out;
  for (;;) {
    const std::size_t begin = key.find(redaction_start);
    out += key.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = key.find(']', begin);
    out += '\x01';
    if (end == std::string_view::npos) return out;
    key.remove_prefix(end + 1);
  }
}

void append_plain(std::string& out, std::string_view name) {
  for (const char c : name) {
    if (c != '-' && c != '_' && c != ' ') out += to_lower(c);
  }
}

}  // namespace

std::span<const std::string_view> default_field_names() {
  return defaults;
}

FieldNames::FieldNames(std::span<const std::string> patterns) {
  for (const std::string& pattern : patterns) add(pattern);
}

bool FieldNames::is_pattern(std::string_view text) {
  if (text.starts_with('*')) text.remove_prefix(1);
  if (text.ends_with('*')) text.remove_suffix(1);
  std::string plain;
  append_plain(plain, text);
  return !plain.empty() && plain.find('*') == std::string::npos;
}

void FieldNames::add(std::string_view pattern) {
  harmless_ = {};
  const bool open_begin = pattern.starts_with('*');
  const bool open_end = pattern.ends_with('*');
  if (open_begin) pattern.remove_prefix(1);
  if (open_end) pattern.remove_suffix(1);
  std::string plain;
  append_plain(plain, pattern);
  if (open_end)
    ends_.add_all();
  else
    ends_.add(plain);
  auto& list = open_begin ? (open_end ? parts_ : endings_) : (open_end ? beginnings_ : exact_);
  list.push_back(std::move(plain));
}

// By what differs most: `version` and `session` aren't the only ones of the same length that end the same.
std::size_t FieldNames::slot_of(std::string_view key) {
  const auto code = [&](std::size_t at) { return std::size_t{static_cast<unsigned char>(key[at])}; };
  return (key.size() + 5 * code(0) + 11 * code(key.size() / 2) + 23 * code(key.size() - 1)) % slots;
}

bool FieldNames::check(std::string_view key, bool escaped) {
  if (escaped) {
    decoded_.clear();
    if (!record::append_decoded(decoded_, key)) return true;  // can't be: a parsed key is valid
    key = decoded_;
  }
  if (key.empty() || !ends_.may_be_one(key)) return false;
  std::string& harmless = harmless_[slot_of(key)];
  if (harmless == key) return false;
  if (key.find(redaction_start) != std::string_view::npos) {
    decoded_ = without_redactions(key);
    key = decoded_;
  }
  const std::string_view name = last_segment(key);
  if (is_sensitive(key) || (name.size() != key.size() && is_sensitive(name))) return true;
  if (key.size() <= slot_bytes) harmless = key;
  return false;
}

bool FieldNames::is_sensitive(std::string_view name) {
  plain_.clear();
  append_plain(plain_, name);
  if (plain_.empty()) return false;
  const auto any = [&](const std::vector<std::string>& list, auto matches) {
    return std::any_of(list.begin(), list.end(), matches);
  };
  const char last = plain_.back();  // as cheap as it tells them apart
  return any(exact_, [&](const std::string& known) { return known.back() == last && plain_ == known; }) ||
         any(endings_, [&](const std::string& end) { return end.back() == last && plain_.ends_with(end); }) ||
         any(beginnings_, [&](const std::string& beginning) { return plain_.starts_with(beginning); }) ||
         any(parts_, [&](const std::string& part) { return plain_.find(part) != std::string::npos; });
}

}  // namespace towline::redact
