#include "aws/instance.hpp"

#include <algorithm>
#include <utility>

#include "aws/endpoint.hpp"
#include "aws/given_credentials.hpp"
#include "config/address.hpp"
#include "config/url.hpp"

namespace towline::aws {

namespace {

constexpr const char* role_path = "/latest/meta-data/iam/security-credentials/";
constexpr std::size_t token_bytes_max = 1024;
constexpr Duration token_life = std::chrono::hours(6);
constexpr Duration token_margin = std::chrono::minutes(5);

// The letters that IAM allows in a role's name.
bool is_role_name(std::string_view text) {
  constexpr std::string_view marks = "_+=,.@-";
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [marks](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_token(std::string_view text) {
  return is_header_value(text, token_bytes_max) && text.find(' ') == std::string_view::npos;
}

Result<std::string> host_of(const std::string& base) {
  const Result<config::Url> url = config::parse_url(base);
  if (!url) return Error{"the address of the instance metadata service: " + url.error().message};
  if (!config::is_ipv4(url->host) && !config::is_ipv6(url->host) && url->host != "localhost")
    return Error{"the host of the instance metadata service must be an IP address or localhost"};
  return config::bracketed(url->host);
}

}  // namespace

std::string instance_service(const config::Environment& environment) {
  std::string endpoint = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!endpoint.empty()) return endpoint;
  const std::string mode = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("");
  const bool ipv6 = std::ranges::equal(mode, std::string_view("ipv6"), [](char c, char m) { return (c | 0x20) == m; });
  return ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

Result<Credentials> InstanceRole::fetch(const config::Environment& environment, net::Fetcher& fetcher,
                                        const std::stop_token& stop) {
  if (is_true(environment("AWS_EC2_METADATA_DISABLED").value_or("")))
    return Error{"the instance metadata service may not be asked: AWS_EC2_METADATA_DISABLED is set"};
  const std::string base = instance_service(environment);
  const Result<std::string> host = host_of(base);
  if (!host) return host.error();
  const Asker asker(fetcher, "the instance metadata service (" + *host + ")", instance_limit, stop);
  if (MonoClock::now() >= token_until_ || token_of_ != base) {
    if (Result<void> renewed = renew_token(asker, base); !renewed) return renewed.error();
  }
  const Result<Secret> names = get(asker, base, role_path, "says that the instance has no role");
  if (!names) return names.error();
  const std::string_view first = names->reveal().substr(0, names->reveal().find_first_of("\r\n"));
  if (!is_role_name(first)) return asker.error("gave something that is no role's name");
  const Result<Secret> answer = get(asker, base, role_path + std::string(first), "doesn't know its own role");
  if (!answer) return answer.error();
  return credentials_in_json(answer->reveal(), {.token_member = "Token"}, asker.who());
}

Result<void> InstanceRole::renew_token(const Asker& asker, const std::string& base) {
  token_until_ = {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(token_life).count();
  const Question question{
      "PUT", base + "/latest/api/token", {Secret("X-aws-ec2-metadata-token-ttl-seconds: " + std::to_string(seconds))}};
  const MonoTime now = MonoClock::now();
  Result<net::HttpReply> reply = asker.ask(question);
  if (!reply) return reply.error();
  if (reply->status == 403) return asker.error("answered 403: it is switched off, or this process may not ask it");
  if (reply->status != 200)
    return asker.error("answered " + std::to_string(reply->status) + " to the wish for a token");
  if (!is_token(reply->body)) return asker.error("gave a token that is none");
  token_ = Secret(std::move(reply->body));
  token_of_ = base;
  token_until_ = now + token_life - token_margin;
  return {};
}

Result<Secret> InstanceRole::get(const Asker& asker, const std::string& base, const std::string& path,
                                 const char* missing) {
  for (bool renewed = false;; renewed = true) {
    const Question question{"GET", base + path, {Secret("X-aws-ec2-metadata-token: " + std::string(token_.reveal()))}};
    Result<net::HttpReply> reply = asker.ask(question);
    if (!reply) return reply.error();
    if (reply->status == 200) return Secret(std::move(reply->body));
    if (reply->status == 404) return asker.error(missing);
    if (reply->status != 401 || renewed) return asker.unexpected(*reply);
    if (Result<void> token = renew_token(asker, base); !token) return token.error();
  }
}

}  // namespace towline::aws
