#include "app/commands/admin_ask.hpp"

#include <utility>

#include "app/commands/admin_url.hpp"

namespace towline::app {

using config::SecretSource;

SecretSource admin_token(const std::string& file, const config::Environment& environment) {
  if (!file.empty()) return SecretSource::file(file);
  if (const std::string token = environment("TOWLINE_ADMIN_TOKEN").value_or(""); !token.empty())
    return SecretSource::literal(Secret(token));
  const std::string named = environment("TOWLINE_ADMIN_TOKEN_FILE").value_or("");
  return named.empty() ? SecretSource() : SecretSource::file(named);
}

Result<std::vector<std::pair<std::string, std::string>>> authorization(SecretSource token) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!token.configured()) return headers;
  const Result<Secret> secret = token.read();
  if (!secret) return secret.error();
  if (secret->reveal().find_first_of("\r\n") != std::string_view::npos) return Error{"the admin token has a line end"};
  headers.emplace_back("Authorization", "Bearer " + std::string(secret->reveal()));
  return headers;
}

Error unreachable(const Error& why) {
  return Error{why.message +
               "\nIs the daemon running? Start it with `towline run`, or say where it is with --url or "
               "TOWLINE_ADMIN_LISTEN."};
}

Error token_needed(const std::string& url) {
  return Error{url + " wants its admin token: set TOWLINE_ADMIN_TOKEN, or use --token-file"};
}

Result<net::HttpAnswer> ask_admin(const AdminAddress& address, const std::string& path, Duration timeout,
                                  std::string_view method) {
  const Result<std::string> url = admin_url(address.url, address.admin_listen);
  if (!url) return url.error();
  Result<std::vector<std::pair<std::string, std::string>>> headers = authorization(address.token);
  if (!headers) return headers.error();
  if (method == "POST") headers->emplace_back("Content-Type", "application/json");  // which no form of a page can send
  Result<net::HttpAnswer> answer =
      net::http_ask(*url + path, {.method = method, .headers = std::move(*headers), .timeout = timeout});
  if (!answer) return unreachable(answer.error());
  if (answer->status == 401) return token_needed(*url);
  return answer;
}

}  // namespace towline::app
