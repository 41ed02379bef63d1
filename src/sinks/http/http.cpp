#include "sinks/http/http.hpp"

#include <utility>

namespace towline::http {

namespace {

component::PostTarget target_of(const HttpSinkConfig& config) {
  component::PostTarget target;
  target.method = config.method == Method::put ? "PUT" : "POST";
  target.url = config::to_string(config.url);
  if (config.request_bytes) target.request_bytes = config::Limit((*config.request_bytes).bytes);
  target.retry_after_max = config.delivery.retry.retry_after_max;
  if (config.auth) {
    const char* scheme = config.auth->strategy == AuthStrategy::basic ? "Basic " : "Bearer ";
    target.headers.push_back({"Authorization", scheme, config.auth->token});
  }
  for (const auto& [name, value] : config.headers) target.headers.push_back({name, "", value});
  return target;
}

std::optional<std::string> check(const HttpSinkConfig& config) {
  for (const auto& [name, value] : config.headers) {
    if (!component::is_header_name(name)) return "`" + name + "` can't be the name of a header";
  }
  return std::nullopt;
}

const config::Schema<AuthConfig>& auth_schema() {
  static const config::Schema<AuthConfig> schema(
      "auth", "The Authorization header.", config::field("strategy", &AuthConfig::strategy, "Scheme of the header."),
      config::field("token", &AuthConfig::token, "The credential.", config::required,
                    config::example("file:/run/secrets/token")));
  return schema;
}

}  // namespace

const config::Schema<HttpSinkConfig>& http_sink_schema() {
  static const config::Schema<HttpSinkConfig> schema(
      "http", "NDJSON to an HTTP endpoint.",
      config::field("url", &HttpSinkConfig::url, "Where the records are sent.", config::required,
                    config::example("https://logs.example.com/ingest")),
      config::field("method", &HttpSinkConfig::method, "Method of the request."),
      config::field("auth", &HttpSinkConfig::auth, "The Authorization header.", auth_schema()),
      config::field("headers", &HttpSinkConfig::headers, "Further request headers; each value may be a secret."),
      config::field("request_bytes", &HttpSinkConfig::request_bytes,
                    "Largest request body as sent, after compression, if the destination's limit is known. A 413 "
                    "teaches the rest."),
      config::embed(&HttpSinkConfig::http, component::http_schema()),
      config::embed(&HttpSinkConfig::delivery, component::delivery_schema()), config::check(check));
  return schema;
}

HttpSink::HttpSink(const HttpSinkConfig& config, component::SinkContext context)
    : poster_(config.http, target_of(config), std::move(context)) {}

extern const component::SinkType sink_type =
    component::make_sink_type<HttpSinkConfig, HttpSink>("http", "NDJSON to any HTTP endpoint.", http_sink_schema());

}  // namespace towline::http
