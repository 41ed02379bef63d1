// For tests of redaction: the encodings in which a secret may stand in a record, and secrets.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/json_string.hpp"

namespace towline::redact {

inline constexpr std::string_view planted_secrets[] = {"zoe.planted@example.com",
                                                       "4111 1111 1111 1111",
                                                       "536-22-8726",
                                                       "GB29NWBK60161331926819",
                                                       "AKIAIOSFODNN7EXAMPLE",
                                                       "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                                                       "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz"};

// How a byte is written: between two texts, as a number with so many digits at least.
struct Written {
  std::string_view before;
  std::string_view digits;  // as many as the base
  std::size_t width;
  std::string_view after;
};
inline constexpr std::string_view lower_hex = "0123456789abcdef";
inline constexpr std::string_view upper_hex = "0123456789ABCDEF";

inline std::string each_byte(std::string_view text, const Written& written) {
  std::string out;
  for (const char c : text) {
    std::string number;
    for (std::size_t left = static_cast<unsigned char>(c); left > 0; left /= written.digits.size())
      number.insert(number.begin(), written.digits[left % written.digits.size()]);
    number.insert(0, written.width - std::min(written.width, number.size()), '0');
    out.append(written.before).append(number).append(written.after);
  }
  return out;
}

inline std::string as_plain(std::string_view text) {
  return std::string(text);
}
inline std::string as_percent(std::string_view text) {
  return each_byte(text, {"%", upper_hex, 2, ""});
}
inline std::string as_percent_twice(std::string_view text) {
  return each_byte(text, {"%25", lower_hex, 2, ""});
}
inline std::string as_hex(std::string_view text) {
  return each_byte(text, {"", lower_hex, 2, ""});
}
inline std::string as_octal(std::string_view text) {
  return each_byte(text, {"\\", lower_hex.substr(0, 8), 3, ""});
}
inline std::string as_references(std::string_view text) {
  return each_byte(text, {"&#", lower_hex.substr(0, 10), 1, ";"});
}

inline std::string in_base64(std::string_view text, std::string_view alphabet, bool padded) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      if (i + k <= text.size())
        out += alphabet[bits >> (18 - 6 * k) & 63U];
      else if (padded)
        out += '=';
    }
  }
  return out;
}
inline std::string as_base64(std::string_view text) {
  return in_base64(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}
inline std::string as_base64url(std::string_view text) {
  return in_base64(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}
inline std::string as_base64_twice(std::string_view text) {
  return as_base64(as_base64(text));
}

// As a value in the text of a JSON object.
inline std::string in_json(std::string_view text) {
  std::string out = "{\"inner\":";
  append_json_string(out, text);
  return out + ",\"n\":[1]}";
}
inline std::string in_json_twice(std::string_view text) {
  return in_json(in_json(text));
}
// As a key, and in a list.
inline std::string in_json_key(std::string_view text) {
  std::string out = "[{";
  append_json_string(out, text);
  return out + ":null}]";
}

using Encode = std::string (*)(std::string_view text);
inline constexpr Encode encodings[] = {as_plain,  as_percent,   as_percent_twice, as_hex,  as_octal,      as_references,
                                       as_base64, as_base64url, as_base64_twice,  in_json, in_json_twice, in_json_key};

// A JSON string, with escapes where they are needed, or for all that is ASCII.
inline std::string json_string(std::string_view text, bool escape_all) {
  std::string plain;
  append_json_string(plain, text);
  if (!escape_all) return plain;
  std::string out = "\"";
  for (std::size_t i = 1; i + 1 < plain.size(); ++i) {
    const auto c = static_cast<unsigned char>(plain[i]);
    if (c == '\\') {
      const std::size_t length = plain[i + 1] == 'u' ? 6 : 2;
      out += plain.substr(i, length);
      i += length - 1;
    } else if (c < 0x80) {
      out += each_byte(plain.substr(i, 1), {"\\u", upper_hex, 4, ""});
    } else {
      out += plain[i];
    }
  }
  return out + "\"";
}

}  // namespace towline::redact
