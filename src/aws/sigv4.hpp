// AWS Signature Version 4, in the Authorization header. Format: "AWS API request signing" (AWS General Reference). Not
// for S3, where the path is encoded once only and isn't normalised.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/credentials.hpp"
#include "aws/uri.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"

namespace towline::aws {

// What is signed. Header names in any case; `host`, x-amz-date and x-amz-security-token are added by sign().
struct Unsigned {
  std::string_view method = "POST";
  std::string_view host = {};   // with the port, if it isn't the scheme's own
  std::string_view path = "/";  // as it is sent, so encoded; without the query
  Parameters query = {};        // not encoded: query_text() is what to send. In any order
  // All of them are signed, so none that somebody on the way may change (User-Agent, Expect, Transfer-Encoding). A name
  // may stand here several times. No control characters.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string_view body_sha256 = {};  // hex: see sha256_hex()
};

struct Scope {
  std::string_view region;
  std::string_view service;  // "logs", "sts"
};

// The header lines to send, "Name: value": those of `request`, X-Amz-Date, X-Amz-Security-Token where there is one, and
// Authorization. Not `Host`, which the HTTP client sends. `now` is what AWS' clock says.
// Stateless; safe from every thread.
std::vector<Secret> sign(const Unsigned& request, const Credentials& credentials, const Scope& scope, WallTime now);

// Feeds pieces of a body; 64 lower-case hex digits.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view piece);
  std::string hex();  // once

 private:
  void* context_;
};
std::string sha256_hex(std::string_view text);

}  // namespace towline::aws
