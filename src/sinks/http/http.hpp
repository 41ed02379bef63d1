// Any HTTP endpoint that takes NDJSON and answers with a status that means what it says.
#pragma once

#include <optional>

#include "component/delivery_config.hpp"
#include "component/http_poster.hpp"
#include "component/registry.hpp"
#include "component/sink.hpp"

namespace towline::http {

enum class Method : std::uint8_t { post, put };

constexpr auto config_values(Method) {
  return std::to_array<config::Choice<Method>>(
      {{Method::post, "post", "A POST request."}, {Method::put, "put", "A PUT request."}});
}

enum class AuthStrategy : std::uint8_t { bearer, basic };

constexpr auto config_values(AuthStrategy) {
  return std::to_array<config::Choice<AuthStrategy>>(
      {{AuthStrategy::bearer, "bearer", "`Authorization: Bearer` and `token`."},
       {AuthStrategy::basic, "basic", "`Authorization: Basic` and `token`, which is base64 of user:password."}});
}

struct AuthConfig {
  AuthStrategy strategy = AuthStrategy::bearer;
  config::SecretSource token;
};

struct HttpSinkConfig {
  config::Url url;
  Method method = Method::post;
  std::optional<AuthConfig> auth;
  config::Map<config::SecretSource> headers;
  config::OrOff<config::ByteSize> request_bytes;
  component::HttpConfig http;
  component::DeliveryConfig delivery;
};

const config::Schema<HttpSinkConfig>& http_sink_schema();

class HttpSink final : public component::Sink {
 public:
  HttpSink(const HttpSinkConfig& config, component::SinkContext context);

  void attempt(const component::Batch& batch, Done done) override { poster_.post(batch, std::move(done)); }
  bool credentials_changed() override { return poster_.credentials_changed(); }
  std::optional<codec::GzipLevel> packing() const override { return poster_.packing(); }

 private:
  component::HttpPoster poster_;
};

extern const component::SinkType sink_type;

}  // namespace towline::http
