#include "aws/container.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "aws/asker.hpp"
#include "aws/given_credentials.hpp"
#include "aws/small_file.hpp"
#include "config/address.hpp"
#include "config/url.hpp"

namespace towline::aws {

namespace {

constexpr const char* relative_name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* full_name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* token_file_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* token_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

// Hosts that may be asked without TLS.
bool is_allowed(const std::string& host) {
  constexpr std::array<std::string_view, 3> names = {"localhost", "169.254.170.2", "169.254.170.23"};
  if (std::ranges::find(names, host) != names.end()) return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24U == 127;
  in6_addr v6{};
  in6_addr pod{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) != 1 || inet_pton(AF_INET6, "fd00:ec2::23", &pod) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || std::ranges::equal(v6.s6_addr, pod.s6_addr);
}

// The path may be a secret of its own: it isn't shown.
Result<config::Url> address(const config::Environment& environment) {
  const std::string relative = environment(relative_name).value_or("");
  const bool is_relative = !relative.empty();
  if (is_relative && !relative.starts_with('/')) return Error{std::string(relative_name) + " doesn't begin with /"};
  const char* variable = is_relative ? relative_name : full_name;
  Result<config::Url> url =
      config::parse_url(is_relative ? "http://169.254.170.2" + relative : environment(full_name).value_or(""));
  if (!url) return Error{std::string(variable) + ": " + url.error().message};
  if (url->scheme == "https" || is_allowed(url->host)) return url;
  return Error{std::string(full_name) + " must begin with https://, or name a host of the machine itself"};
}

// Empty: none is asked for.
Result<Secret> authorization(const config::Environment& environment) {
  Secret token(environment(token_name).value_or(""));
  std::string where = token_name;
  const std::string path = environment(token_file_name).value_or("");
  if (!path.empty()) {
    const Result<std::optional<Secret>> content = read_small_file(path, container_token_max);
    if (!content) return content.error();
    where = "the file `" + path + "`";
    if (!*content) return Error{where + ", which " + token_file_name + " names, doesn't exist"};
    token = **content;
  }
  if (token.empty() && path.empty()) return token;
  if (!is_header_value(token.reveal(), container_token_max))
    return Error{where + " holds no token that can be sent: it is empty, too long, or has a line end in it"};
  return token;
}

}  // namespace

bool has_container_endpoint(const config::Environment& environment) {
  return !environment(relative_name).value_or("").empty() || !environment(full_name).value_or("").empty();
}

Result<Credentials> container_credentials(const config::Environment& environment, net::Fetcher& fetcher,
                                          const std::stop_token& stop) {
  const Result<config::Url> url = address(environment);
  if (!url) return url.error();
  const Result<Secret> token = authorization(environment);
  if (!token) return token.error();
  Question question;
  question.url = config::to_string(*url);
  question.headers.emplace_back("Accept: application/json");
  if (!token->empty()) question.headers.emplace_back("Authorization: " + std::string(token->reveal()));
  const Asker asker(fetcher, "the container's credentials endpoint (" + config::bracketed(url->host) + ")",
                    container_limit, stop);
  const Result<net::HttpReply> reply = asker.ask(question);
  if (!reply) return reply.error();
  if (reply->status != 200) return asker.unexpected(*reply);
  return credentials_in_json(reply->body, {.token_member = "Token"}, asker.who());
}

}  // namespace towline::aws
