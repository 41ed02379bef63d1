// What somebody has given as credentials, checked before it is used: it becomes part of requests' headers.
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.hpp"
#include "base/result.hpp"

namespace towline::aws {

// As they were given.
struct Given {
  std::string_view access_key_id;
  std::string_view secret_access_key;
  std::string_view session_token = {};
  std::string_view expiration = {};  // a date of ISO 8601; empty: they don't expire
};

inline constexpr std::size_t access_key_id_max = 128;        // bytes
inline constexpr std::size_t secret_access_key_max = 256;    // bytes
inline constexpr std::size_t session_token_max = 16 * 1024;  // bytes

// `who` begins the error: "profile `x`". Key and token are printable ASCII without blanks.
Result<Credentials> checked(const Given& given, const std::string& who);

// Those in a JSON object with the members AccessKeyId, SecretAccessKey, Expiration and `token_member`; the last two may
// be missing or null. `version`, unless 0, must be what the member Version says. Other members don't matter.
struct JsonForm {
  const char* token_member = "Token";
  int version = 0;
};
Result<Credentials> credentials_in_json(std::string_view json, const JsonForm& form, const std::string& who);

// Whether a header may have this value: printable ASCII, at most so long, not empty.
bool is_header_value(std::string_view text, std::size_t max);

}  // namespace towline::aws
