#include "transforms/redact/field_names.hpp"

#include <algorithm>
#include <array>

#include "record/json_text.hpp"
#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {

namespace {

constexpr std::array<std::string_view, 22> defaults = {
    "password",
    "*_password",
    "passwd",
    "*_passwd",
    "pwd",
    "passphrase",
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
    "cookie",
    "set_cookie",
    "cvv",
};

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
  const bool open_begin = pattern.starts_with('*');
  const bool open_end = pattern.ends_with('*');
  if (open_begin) pattern.remove_prefix(1);
  if (open_end) pattern.remove_suffix(1);
  std::string plain;
  append_plain(plain, pattern);
  if (open_end || plain.size() < 2)
    any_end_ = true;
  else
    ends_.set(end_of(plain[plain.size() - 2], plain.back()));
  auto& list = open_begin ? (open_end ? parts_ : endings_) : (open_end ? beginnings_ : exact_);
  list.push_back(std::move(plain));
}

bool FieldNames::check(std::string_view key, bool escaped) {
  if (escaped) {
    decoded_.clear();
    if (!record::append_decoded(decoded_, key)) return true;  // can't be: a parsed key is valid
    key = decoded_;
  }
  plain_.clear();
  append_plain(plain_, key);
  const auto any = [&](const std::vector<std::string>& list, auto matches) {
    return std::any_of(list.begin(), list.end(), matches);
  };
  return any(exact_, [&](const std::string& name) { return plain_ == name; }) ||
         any(endings_, [&](const std::string& ending) { return plain_.ends_with(ending); }) ||
         any(beginnings_, [&](const std::string& beginning) { return plain_.starts_with(beginning); }) ||
         any(parts_, [&](const std::string& part) { return plain_.find(part) != std::string::npos; });
}

}  // namespace towline::redact
