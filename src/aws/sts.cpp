#include "aws/sts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "aws/asker.hpp"
#include "aws/endpoint.hpp"
#include "aws/given_credentials.hpp"
#include "aws/service_error.hpp"
#include "aws/sigv4.hpp"
#include "aws/small_file.hpp"
#include "aws/uri.hpp"
#include "aws/xml_text.hpp"
#include "config/address.hpp"
#include "record/timestamp.hpp"

namespace towline::aws {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded; charset=utf-8";

// The name of an error, if it is one that may be shown.
std::string error_code(const net::HttpReply& reply) {
  const std::string code = xml_text(reply.body, "Code").value_or("");
  const bool is_name = !code.empty() && code.size() <= 64 && std::ranges::all_of(code, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
  });
  return is_name ? code : "";
}

bool goes_away(const net::HttpReply& reply) {
  constexpr std::array<std::string_view, 4> codes = {"InvalidIdentityToken", "IDPCommunicationError", "Throttling",
                                                     "ThrottlingException"};
  return reply.status != 200 && std::ranges::find(codes, error_code(reply)) != codes.end();
}

// How far the service's clock is ahead of ours, where it has refused us and that may be why.
Duration skew_of(const net::HttpReply& reply, WallTime now) {
  const std::optional<WallTime> date = date_of(reply);
  return date && is_about_the_clock(error_code(reply)) && is_far_from(*date, now) ? *date - now : Duration::zero();
}

Result<Credentials> read_reply(const net::HttpReply& reply, const Asker& asker) {
  if (reply.status != 200) {
    const std::string code = error_code(reply);
    return asker.error("answered " + std::to_string(reply.status) + (code.empty() ? "" : " (" + code + ")"));
  }
  const std::optional<std::string_view> inner = xml_element(reply.body, "Credentials");
  if (!inner) return asker.error("gave an answer without credentials");
  std::array<Secret, 4> texts;
  const std::array names = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::optional<std::string> text = xml_text(*inner, names[i]);
    if (!text || text->empty()) return asker.error(std::string("gave an answer without ") + names[i]);
    texts[i] = Secret(std::move(*text));
  }
  return checked({texts[0].reveal(), texts[1].reveal(), texts[2].reveal(), texts[3].reveal()}, asker.who());
}

Parameters role_parameters(const char* action, const Role& role, WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string session = role.session_name.empty() ? "towline-" + std::to_string(seconds) : role.session_name;
  Parameters parameters = {
      {"Action", action}, {"Version", "2011-06-15"}, {"RoleArn", role.arn}, {"RoleSessionName", session}};
  if (!role.external_id.empty()) parameters.emplace_back("ExternalId", role.external_id);
  if (!role.duration.empty()) parameters.emplace_back("DurationSeconds", role.duration);
  return parameters;
}

}  // namespace

struct Sts::Place {
  config::Url url;
  std::string host;  // as in the header
  Asker asker;
};

Sts::Sts(net::Fetcher& fetcher, const config::Environment& environment, std::string region, std::stop_token stop)
    : fetcher_(fetcher), environment_(environment), region_(std::move(region)), stop_(std::move(stop)) {}

Result<Sts::Place> Sts::place() const {
  const Result<std::optional<config::Url>> configured = configured_endpoint("STS", environment_);
  Result<config::Url> url = config::Url{"https", "sts.amazonaws.com", 443, "/"};
  if (!configured) {
    url = configured.error();
  } else if (*configured) {
    url = **configured;
  } else if (!region_.empty()) {
    url = endpoint("sts", region_, {});
  }
  if (!url) return Error{"the address of STS: " + url.error().message};
  std::string host = config::bracketed(url->host);
  if (url->port != (url->scheme == "https" ? 443 : 80)) host += ":" + std::to_string(url->port);
  Asker asker(fetcher_, "STS (" + host + ")", limit, stop_);
  asker.trust(environment_("AWS_CA_BUNDLE").value_or(""));
  return Place{std::move(*url), std::move(host), std::move(asker)};
}

Result<Credentials> Sts::assume_role(const Role& role, const Credentials& own) {
  const Result<Place> place = this->place();
  if (!place) return place.error();
  const WallTime now = SystemClock().wall_now();
  const std::string body = query_text(role_parameters("AssumeRole", role, now));
  Duration skew{};
  for (bool corrected = false;; corrected = true) {
    Unsigned request;
    request.host = place->host;
    request.path = place->url.path;
    request.headers = {{"Content-Type", std::string(form_type)}};
    const std::string hash = sha256_hex(body);
    request.body_sha256 = hash;
    const Scope scope{region_.empty() ? std::string_view("us-east-1") : region_, "sts"};
    const Question question{"POST", config::to_string(place->url), sign(request, own, scope, now + skew), Secret(body)};
    const Result<net::HttpReply> reply = place->asker.ask(question, goes_away);
    if (!reply) return reply.error();
    skew = skew_of(*reply, now);
    if (corrected || skew == Duration::zero()) return read_reply(*reply, place->asker);
  }
}

Result<Credentials> Sts::assume_role_with_web_identity(const Role& role, const std::string& token_file) {
  const Result<Place> place = this->place();
  if (!place) return place.error();
  const Result<std::optional<Secret>> token = read_small_file(token_file, token_file_max);
  if (!token) return token.error();
  if (!*token) return Error{"the file of the web identity token, `" + token_file + "`, doesn't exist"};
  std::string_view text = (*token)->reveal();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (!is_header_value(text, token_file_max)) return Error{"the file `" + token_file + "` holds no web identity token"};
  Parameters parameters = role_parameters("AssumeRoleWithWebIdentity", role, SystemClock().wall_now());
  parameters.emplace_back("WebIdentityToken", text);
  const Question question{"POST",
                          config::to_string(place->url),
                          {Secret("Content-Type: " + std::string(form_type))},
                          Secret(query_text(parameters))};
  const Result<net::HttpReply> reply = place->asker.ask(question, goes_away);
  if (!reply) return reply.error();
  return read_reply(*reply, place->asker);
}

}  // namespace towline::aws
