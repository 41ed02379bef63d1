// Better Stack (Logtail) log ingestion: NDJSON with a bearer token to the ingesting host of a source.
// Facts from its documentation, "Ingesting logs": 202 accepted, 402 quota, 403 wrong token, 406 bad JSON, 413 too
// large; a request is at most 10 MiB compressed; the time of a record is its field `dt` in RFC 3339.
#pragma once

#include <optional>

#include "component/delivery_config.hpp"
#include "component/http_poster.hpp"
#include "component/registry.hpp"
#include "component/sink.hpp"

namespace towline::betterstack {

struct BetterStackConfig {
  std::string host;
  std::optional<config::Url> url;
  config::SecretSource token;
  config::ByteSize request_bytes = config::mebibytes(10);
  component::HttpConfig http;
  component::DeliveryConfig delivery;
};

const config::Schema<BetterStackConfig>& betterstack_schema();

class BetterStackSink final : public component::Sink {
 public:
  BetterStackSink(const BetterStackConfig& config, component::SinkContext context);

  void attempt(const component::Batch& batch, Done done) override { poster_.post(batch, std::move(done)); }
  bool credentials_changed() override { return poster_.credentials_changed(); }
  std::optional<codec::GzipLevel> packing() const override { return poster_.packing(); }

 private:
  component::HttpPoster poster_;
};

extern const component::SinkType sink_type;

}  // namespace towline::betterstack
