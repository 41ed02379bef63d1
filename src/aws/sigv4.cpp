#include "aws/sigv4.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "base/check.hpp"

namespace towline::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

using Digest = std::array<unsigned char, 32>;

std::string hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) text += {digits[byte >> 4U], digits[byte & 15U]};
  return text;
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr) != nullptr);
  return digest;
}

Secret as_key(const Digest& digest) {
  return Secret(std::string(digest.begin(), digest.end()));
}

// 20150830T123600Z
std::string date_text(WallTime now) {
  using std::chrono::floor;
  const auto seconds = floor<std::chrono::seconds>(now);
  const auto day = floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ",
                                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                                   static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

// Without "." and "..", and without empty segments.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    at = end + 1;
    if (segment == ".." && !segments.empty()) segments.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") segments.push_back(segment);
  }
  std::string out;
  for (const std::string_view segment : segments) out.append("/").append(segment);
  if (out.empty() || path.back() == '/') out += '/';
  return out;
}

// Sorted by the encoded name, then by the encoded value.
std::string canonical_query(const Parameters& query) {
  Parameters encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(uri_encoded(name), uri_encoded(value));
  std::ranges::sort(encoded);
  std::string text;
  for (const auto& [name, value] : encoded) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Without blanks around it, and with one where several stand within.
std::string trimmed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// What the signature covers, apart from the path and the query.
class SignedHeaders {
 public:
  void add(std::string_view name, std::string_view value) {
    const auto [place, fresh] = values_.try_emplace(lower(name));
    if (!fresh) place->second += ',';
    place->second += trimmed(value);
  }
  std::string names() const {
    std::string text;
    for (const auto& [name, value] : values_) text.append(text.empty() ? "" : ";").append(name);
    return text;
  }
  std::string lines() const {
    std::string text;
    for (const auto& [name, value] : values_) text.append(name).append(":").append(value).append("\n");
    return text;
  }

 private:
  std::map<std::string, std::string> values_;
};

std::string canonical_request(const Unsigned& request, const SignedHeaders& headers) {
  std::string text(request.method);
  text.append("\n").append(uri_encoded(normalised(request.path), "/"));
  text.append("\n").append(canonical_query(request.query));
  text.append("\n").append(headers.lines());
  text.append("\n").append(headers.names());
  text.append("\n").append(request.body_sha256);
  return text;
}

std::string signature(const Secret& key, std::string_view date, const Scope& scope, std::string_view to_sign) {
  Secret derived(std::string("AWS4") + std::string(key.reveal()));
  for (const std::string_view part : {date.substr(0, 8), scope.region, scope.service, std::string_view("aws4_request")})
    derived = as_key(hmac(derived.reveal(), part));
  return hex(hmac(derived.reveal(), to_sign));
}

// One allocation, handed over: no copy of a secret is left behind.
Secret line(std::string_view name, std::string_view value) {
  std::string text;
  text.reserve(name.size() + 2 + value.size());
  text.append(name).append(": ").append(value);
  return Secret(std::move(text));
}

}  // namespace

std::vector<Secret> sign(const Unsigned& request, const Credentials& credentials, const Scope& scope, WallTime now) {
  const std::string date = date_text(now);
  SignedHeaders headers;
  std::vector<Secret> lines;
  headers.add("host", request.host);
  const auto send = [&](std::string_view name, std::string_view value) {
    headers.add(name, value);
    lines.push_back(line(name, value));
  };
  for (const auto& [name, value] : request.headers) send(name, value);
  send("X-Amz-Date", date);
  if (!credentials.session_token.empty()) send("X-Amz-Security-Token", credentials.session_token.reveal());

  std::string place = date.substr(0, 8);
  place.append("/").append(scope.region).append("/").append(scope.service).append("/aws4_request");
  std::string to_sign(algorithm);
  to_sign.append("\n").append(date).append("\n").append(place).append("\n").append(
      sha256_hex(canonical_request(request, headers)));

  std::string authorization(algorithm);
  authorization.append(" Credential=").append(credentials.access_key_id).append("/").append(place);
  authorization.append(", SignedHeaders=").append(headers.names());
  authorization.append(", Signature=").append(signature(credentials.secret_access_key, date, scope, to_sign));
  lines.push_back(line("Authorization", authorization));
  return lines;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  CHECK(context_ != nullptr);
  CHECK(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Sha256::add(std::string_view piece) {
  CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), piece.data(), piece.size()) == 1);
}

std::string Sha256::hex() {
  Digest digest;
  CHECK(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), nullptr) == 1);
  return aws::hex(digest);
}

std::string sha256_hex(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex();
}

}  // namespace towline::aws
