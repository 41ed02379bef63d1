#include "sinks/betterstack/betterstack.hpp"

#include <utility>

namespace towline::betterstack {

namespace {

component::PostTarget target_of(const BetterStackConfig& config) {
  component::PostTarget target;
  target.url = config.url ? config::to_string(*config.url) : "https://" + config.host + "/";
  target.headers.push_back({"Authorization", "Bearer ", config.token});
  target.request_bytes = config::Limit(config.request_bytes.bytes);
  target.retry_after_max = config.delivery.retry.retry_after_max;
  return target;
}

std::optional<std::string> check(const BetterStackConfig& config) {
  if (config.host.empty() != config.url.has_value()) {
    return "give either `host` (the ingesting host that Better Stack shows beside the source's token) or `url`";
  }
  if (!config.url && !config::parse_url("https://" + config.host + "/")) {
    return "`host` must be a host name such as s12345.eu-nbg-2.betterstackdata.com";
  }
  return std::nullopt;
}

}  // namespace

const config::Schema<BetterStackConfig>& betterstack_schema() {
  static const config::Schema<BetterStackConfig> schema(
      "betterstack", "Logs of a Better Stack source.",
      config::field("host", &BetterStackConfig::host, "Ingesting host of the source, as Better Stack shows it.",
                    config::example("${BETTERSTACK_INGESTING_HOST}")),
      config::field("url", &BetterStackConfig::url, "Whole URL instead of `host`, for a proxy or a test server."),
      config::field("token", &BetterStackConfig::token, "Source token.", config::required,
                    config::example("${BETTERSTACK_SOURCE_TOKEN}")),
      config::field("request_bytes", &BetterStackConfig::request_bytes,
                    "Largest request body as sent, after compression. Better Stack takes 10 MiB.",
                    config::between(config::kibibytes(1), config::mebibytes(100))),
      config::embed(&BetterStackConfig::http, component::http_schema()),
      config::embed(&BetterStackConfig::delivery, component::delivery_schema()), config::check(check));
  return schema;
}

BetterStackSink::BetterStackSink(const BetterStackConfig& config, component::SinkContext context)
    : poster_(config.http, target_of(config), std::move(context)) {}

extern const component::SinkType sink_type = component::make_sink_type<BetterStackConfig, BetterStackSink>(
    "betterstack", "Better Stack (Logtail) log ingestion.", betterstack_schema());

}  // namespace towline::betterstack
