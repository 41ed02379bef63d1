#include "component/http_poster.hpp"

#include <algorithm>

#include "base/diagnostics.hpp"
#include "component/http_verdict.hpp"
#include "net/outbound.hpp"

namespace towline::component {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const config::Schema<TlsConfig>& tls_schema() {
  static const config::Schema<TlsConfig> schema(
      "tls", "How the destination is verified, and how we prove who we are.",
      config::field("ca_file", &TlsConfig::ca_file, "PEM file of the authorities to trust instead of the system's."),
      config::field("cert_file", &TlsConfig::cert_file, "PEM file of the client certificate."),
      config::field("key_file", &TlsConfig::key_file, "PEM file of the client certificate's key."),
      config::field("min_version", &TlsConfig::min_version, "Oldest TLS version that is accepted."),
      config::field("verify", &TlsConfig::verify,
                    "Whether the destination's certificate is verified. Off, anybody on the way can read and change "
                    "the records; towline says so at the start and in a metric."),
      config::check([](const TlsConfig& tls) -> std::optional<std::string> {
        if (tls.cert_file.empty() == tls.key_file.empty()) return std::nullopt;
        return "tls.cert_file and tls.key_file are needed together";
      }));
  return schema;
}

net::HttpOptions options_of(const HttpConfig& config) {
  net::HttpOptions options;
  options.connect_timeout = config.connect_timeout;
  options.timeout = config.timeout;
  options.connection_max_age = config.connection_max_age;
  options.ca_file = config.tls.ca_file;
  options.cert_file = config.tls.cert_file;
  options.key_file = config.tls.key_file;
  options.tls_1_3_only = config.tls.min_version == TlsVersion::v1_3;
  options.verify = config.tls.verify;
  return options;
}

// `more` stands before the TLS settings.
template <class... Parts>
config::Schema<HttpConfig> make_http_schema(Parts... more) {
  return config::Schema<HttpConfig>(
      "http", "How requests are made.",
      config::field("compression", &HttpConfig::compression, "Content-Encoding of the request body."),
      config::field(
          "gzip_level", &HttpConfig::gzip_level,
          "How hard gzip tries. Sinks that read the same inputs share what is compressed: the highest level of "
          "them counts."),
      config::field("timeout", &HttpConfig::timeout,
                    "Longest time without progress, and for the answer. The upload has more: a second for each 8 KiB.",
                    config::between(Duration(milliseconds(1)), Duration(hours(1)))),
      config::field("connect_timeout", &HttpConfig::connect_timeout,
                    "Longest time until a connection stands, TLS included.",
                    config::between(Duration(milliseconds(1)), Duration(hours(1)))),
      config::field("connection_max_age", &HttpConfig::connection_max_age,
                    "A connection older than this isn't used again; the next one resolves the name afresh.",
                    config::between(Duration(std::chrono::seconds(1)), Duration(hours(24)))),
      std::move(more)..., config::field("tls", &HttpConfig::tls, "TLS settings.", tls_schema()));
}

// One allocation, handed over: no copy of a secret is left behind.
Secret header_line(std::string_view name, std::string_view prefix, std::string_view value) {
  std::string line;
  line.reserve(name.size() + 2 + prefix.size() + value.size());
  line.append(name).append(": ").append(prefix).append(value);
  return Secret(std::move(line));
}

}  // namespace

const config::Schema<HttpConfig>& http_schema() {
  static const config::Schema<HttpConfig> schema = make_http_schema(
      config::field("idempotency_header", &HttpConfig::idempotency_header,
                    "Name of a request header, such as Idempotency-Key, that carries the key of the batch. Every "
                    "attempt at the same records has the same key, over restarts too: a destination that looks at it "
                    "can leave out what it has already taken."),
      config::check([](const HttpConfig& http) -> std::optional<std::string> {
        if (!http.idempotency_header || is_header_name(*http.idempotency_header)) return std::nullopt;
        return "`" + *http.idempotency_header + "` can't be the name of a header";
      }));
  return schema;
}

const config::Schema<HttpConfig>& http_schema_without_key() {
  static const config::Schema<HttpConfig> schema = make_http_schema();
  return schema;
}

net::HttpOptions http_options(const HttpConfig& config, const SinkContext& context) {
  context.metrics.get(telemetry::MetricId::sink_tls_insecure, {context.id}).set(config.tls.verify ? 0 : 1);
  if (!config.tls.verify) {
    diagnostics::warn("sink.insecure", "The destination's certificate is not verified (tls.verify: false)",
                      {{"sink", context.id}});
  }
  return options_of(config);
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           others.find(c) != std::string_view::npos;
  });
}

HttpPoster::HttpPoster(const HttpConfig& config, PostTarget target, SinkContext context)
    : config_(config),
      target_(std::move(target)),
      context_(std::move(context)),
      options_(http_options(config, context_)),
      sent_bytes_(context_.metrics.get(telemetry::MetricId::sink_sent_bytes, {context_.id})) {}

void HttpPoster::post(const Batch& batch, Sink::Done done) {
  Result<std::vector<Secret>> request_headers = headers(batch);
  if (!request_headers) return done(Outcome{Status::refused, 0, request_headers.error().message, {}});

  net::HttpRequest request;
  request.method = target_.method;
  request.url = target_.url;
  request.headers = std::move(*request_headers);
  request.body = encode(batch);
  if (request.body.size() > target_.request_bytes.value()) {
    return done(Outcome{Status::too_large, 0, "longer than the destination's limit for a request", {}});
  }
  sent_bytes_.add(request.body.size());
  const Duration retry_after_max = target_.retry_after_max;
  const auto charge = std::make_shared<Charge>(context_.budget, request.body.owned_bytes());
  context_.outbound.send(std::move(request), options_,
                         [done = std::move(done), retry_after_max, charge](const net::HttpReply& reply) {
                           done(judge(reply, SystemClock().wall_now(), retry_after_max));
                         });
}

codec::Body HttpPoster::encode(const Batch& batch) {
  if (config_.compression == Compression::none) return encode_plain(batch);
  return encode_gzip(batch, context_.compressor, config_.gzip_level);
}

Result<std::vector<Secret>> HttpPoster::headers(const Batch& batch) {
  std::vector<Secret> lines;
  lines.push_back(header_line("Content-Type", "", target_.content_type));
  if (config_.compression == Compression::gzip) lines.push_back(header_line("Content-Encoding", "", "gzip"));
  if (config_.idempotency_header && !batch.key.empty()) {
    lines.push_back(header_line(*config_.idempotency_header, "", batch.key));
  }
  std::optional<Error> problem;
  for (SecretHeader& header : target_.headers) {  // all of them: each read() is what changed() compares with
    const Result<Secret> secret = header.secret.read();
    if (!secret) {
      problem = secret.error();
    } else if (secret->reveal().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      problem = Error{"the value of the header " + header.name + " holds a line end"};
    } else {
      lines.push_back(header_line(header.name, header.prefix, secret->reveal()));
    }
  }
  if (problem) return *problem;
  return lines;
}

bool HttpPoster::credentials_changed() const {
  for (const SecretHeader& header : target_.headers) {
    if (header.secret.changed()) return true;
  }
  return false;
}

std::optional<codec::GzipLevel> HttpPoster::packing() const {
  if (config_.compression == Compression::none) return std::nullopt;
  return config_.gzip_level;
}

}  // namespace towline::component
