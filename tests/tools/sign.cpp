// Signs the requests that stand on the standard input, one JSON object a line, and prints the header lines of each as a
// JSON array. tests/interop/sigv4_test.py compares them with botocore's.
#include <simdjson.h>

#include <iostream>
#include <string>

#include "aws/sigv4.hpp"
#include "base/json_string.hpp"

namespace {

using simdjson::dom::element;
using towline::aws::Parameters;

std::string_view text(const element& request, const char* member) {
  return request[member].get_string().value();
}

// Pairs of texts.
Parameters pairs(const element& request, const char* member) {
  Parameters out;
  const simdjson::dom::array array = request[member].get_array().value();
  for (const element pair : array) out.emplace_back(pair.at(0).get_string().value(), pair.at(1).get_string().value());
  return out;
}

std::string signed_lines(const element& request) {
  const std::string hash = towline::aws::sha256_hex(text(request, "body"));
  towline::aws::Unsigned what;
  what.method = text(request, "method");
  what.host = text(request, "host");
  what.path = text(request, "path");
  what.query = pairs(request, "query");
  what.headers = pairs(request, "headers");
  what.body_sha256 = hash;
  const towline::aws::Credentials credentials{std::string(text(request, "access_key_id")),
                                              towline::Secret(std::string(text(request, "secret_access_key"))),
                                              towline::Secret(std::string(text(request, "session_token"))),
                                              {}};
  const towline::aws::Scope scope{text(request, "region"), text(request, "service")};
  const towline::WallTime time{std::chrono::seconds(request["time"].get_int64().value())};
  std::string out = "[";
  for (const towline::Secret& line : towline::aws::sign(what, credentials, scope, time)) {
    if (out.size() > 1) out += ',';
    towline::append_json_string(out, line.reveal());
  }
  return out + ']';
}

}  // namespace

int main() {
  simdjson::dom::parser parser;
  for (std::string line; std::getline(std::cin, line);) {
    const simdjson::padded_string padded(line);
    std::cout << signed_lines(parser.parse(padded).value()) << '\n';
  }
  return 0;
}
