// What all sinks share that post NDJSON to a URL: their common settings, and one attempt from batch to outcome.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/encode.hpp"
#include "component/sink.hpp"
#include "config/schema.hpp"
#include "net/http_message.hpp"

namespace towline::component {

constexpr auto config_values(Compression) {
  return std::to_array<config::Choice<Compression>>(
      {{Compression::gzip, "gzip", "One gzip member (RFC 1952)."}, {Compression::none, "none", "Plain NDJSON."}});
}

enum class TlsVersion : std::uint8_t { v1_2, v1_3 };

constexpr auto config_values(TlsVersion) {
  return std::to_array<config::Choice<TlsVersion>>(
      {{TlsVersion::v1_2, "1.2", "TLS 1.2 or newer."}, {TlsVersion::v1_3, "1.3", "TLS 1.3 or newer."}});
}

struct TlsConfig {
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  TlsVersion min_version = TlsVersion::v1_2;
  bool verify = true;
};

// The common settings; a sink's config struct holds it as `http` and embeds http_schema().
struct HttpConfig {
  Compression compression = Compression::gzip;
  codec::GzipLevel gzip_level = codec::GzipLevel::fast;
  Duration timeout = std::chrono::seconds(60);
  Duration connect_timeout = std::chrono::seconds(10);
  Duration connection_max_age = std::chrono::minutes(5);
  config::OrOff<std::string> idempotency_header;
  TlsConfig tls;
};

const config::Schema<HttpConfig>& http_schema();
// The same without `idempotency_header`, for destinations that have no use for it.
const config::Schema<HttpConfig>& http_schema_without_key();

// How requests are made by these settings. Where they verify no certificates, a metric and a log line say so: to be
// called once for each sink.
net::HttpOptions http_options(const HttpConfig& config, const SinkContext& context);

// May a header have this name? (A token in the sense of RFC 9110, section 5.6.2.)
bool is_header_name(std::string_view name);

// A request header whose value is `prefix` and the secret as it is at the time of the attempt.
struct SecretHeader {
  std::string name;
  std::string prefix;
  config::SecretSource secret;
};

// Where and how a sink posts.
struct PostTarget {
  std::string method = "POST";
  std::string url;
  std::string content_type = "application/x-ndjson";
  std::vector<SecretHeader> headers;
  config::Limit request_bytes;  // of the encoded body; a larger batch is too_large without being sent
  Duration retry_after_max{};
};

// Used on the delivery thread.
class HttpPoster {
 public:
  HttpPoster(const HttpConfig& config, PostTarget target, SinkContext context);

  void post(const Batch& batch, Sink::Done done);
  bool credentials_changed() const;
  std::optional<codec::GzipLevel> packing() const;

 private:
  codec::Body encode(const Batch& batch);
  // The headers of the batch's request, or what is wrong with a secret.
  Result<std::vector<Secret>> headers(const Batch& batch);

  const HttpConfig& config_;
  PostTarget target_;
  SinkContext context_;
  net::HttpOptions options_;
  telemetry::Instrument& sent_bytes_;
};

}  // namespace towline::component

namespace towline::codec {

constexpr auto config_values(GzipLevel) {
  using enum GzipLevel;
  return std::to_array<config::Choice<GzipLevel>>(
      {{fast, "fast", "Several times the speed of level 6, a third larger."},
       {l1, "1", "zlib's fastest."},
       {l2, "2", ""},
       {l3, "3", ""},
       {l4, "4", ""},
       {l5, "5", ""},
       {l6, "6", "zlib's default."},
       {l7, "7", ""},
       {l8, "8", ""},
       {l9, "9", "zlib's smallest."}});
}

}  // namespace towline::codec
