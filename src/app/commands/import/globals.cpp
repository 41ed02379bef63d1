#include "app/commands/import/globals.hpp"

#include <algorithm>
#include <utility>

#include "config/address.hpp"
#include "config/byte_size.hpp"
#include "config/endpoint.hpp"

namespace towline::app::migration {

namespace {

constexpr std::uint64_t stream_min = std::uint64_t{1} << 20U;
constexpr std::uint64_t stream_max = std::uint64_t{1} << 40U;

Yaml stream_of(std::uint64_t disk_bytes) {
  const std::uint64_t size = std::clamp(disk_bytes, stream_min, stream_max);
  return Yaml::map().set("max_size", Yaml::text(config::to_string(config::ByteSize{size}))).compact();
}

void convert_data_dir(Settings& root, std::uint64_t disk_bytes, Yaml& document) {
  const std::optional<std::string> folder = root.text("data_dir");
  if (folder) document.set("data_dir", Yaml::text(*folder).comments(root.place().take_comments()));
  if (!folder && disk_bytes != 0) document.set("data_dir", Yaml::text("/var/lib/towline"));
  if (disk_bytes == 0) return;
  Yaml stream = stream_of(disk_bytes);
  stream.comment("Of each stream; sinks that read the same inputs share one.");
  document.set("stream", std::move(stream));
}

void convert_api(Settings& root, Yaml& document) {
  Settings api = root.section("api");
  const std::optional<std::string> address = api.text("address");
  const bool enabled = api.flag("enabled", false);
  api.ignore({"playground", "graphql"});
  api.finish();
  if (!enabled || !address || *address == "127.0.0.1:8686") return;
  Yaml admin = Yaml::map().set("listen", Yaml::text(*address)).compact();
  const Result<config::Endpoint> endpoint = config::parse_endpoint(*address);
  if (!endpoint || !config::is_loopback(endpoint->host)) {
    admin.set("token", Yaml::text("${TOWLINE_ADMIN_TOKEN}"));
    admin.comment("Where other machines reach it, it needs a token (`Authorization: Bearer`), but for /health/*.");
  }
  document.set("admin", std::move(admin));
}

void refuse_globals(Settings& root) {
  root.refuse("log_schema", "records have the fields that the application gives them",
              "`time_field` of a sink names the field of the time; `rename` renames others");
  root.refuse("enrichment_tables", "there are no tables", "`set` and `enrich` add what is known beforehand");
  root.refuse("secret", "secrets come from variables and files", "write ${NAME}, or file:/path where a token is set");
  root.refuse("tests", "tests of programs can't be converted",
              "`towline test` compares sample records with what is expected");
  root.refuse("proxy", "there is no setting for a proxy",
              "the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY name one");
  root.refuse("provider", "a configuration is one file", "");
  if (root.text("timezone").value_or("UTC") != "UTC")
    root.refuse("timezone", "times without a zone are UTC",
                "`zone` of `parse_timestamp` takes an offset such as +01:00");
}

}  // namespace

void convert_globals(Settings& root, std::uint64_t disk_bytes, Yaml& document) {
  convert_data_dir(root, disk_bytes, document);
  convert_api(root, document);
  refuse_globals(root);
  // What is about Vector alone, or always so here: acknowledgements, health checks, metrics that expire.
  root.ignore({"sources", "transforms", "sinks", "acknowledgements", "healthchecks", "expire_metrics",
               "expire_metrics_secs", "expire_metrics_per_metric_set", "telemetry", "schema", "wildcard_matching",
               "latency_ewma_alpha", "buffer_utilization_ewma_alpha", "buffer_utilization_ewma_half_life_seconds",
               "allow_empty", "graph"});
  root.finish();
}

}  // namespace towline::app::migration
