#include "app/commands/logs/place.hpp"

#include <utility>
#include <vector>

#include "app/builtin.hpp"
#include "app/facts.hpp"
#include "aws/chain.hpp"
#include "aws/endpoint.hpp"
#include "sinks/cloudwatch/config.hpp"
#include "sinks/cloudwatch/names.hpp"

namespace towline::app::logs {

namespace {

using cloudwatch::CloudWatchConfig;

constexpr std::string_view how_to_say =
    "say where to read: --group NAME for CloudWatch, --data-dir DIR for what a daemon keeps on this machine, or "
    "--config FILE with one of them in it (a sink of type cloudwatch, or data_dir and stream.keep)";

// Those of a sink's own settings.
class ConfiguredKeys final : public aws::CredentialsProvider {
 public:
  explicit ConfiguredKeys(const CloudWatchConfig& config)
      : id_(config.access_key_id), secret_(config.secret_access_key), token_(config.session_token) {}

  Result<aws::Credentials> fetch() override {
    const Result<Secret> id = id_.read();
    if (!id) return id.error();
    Result<Secret> secret = secret_.read();
    if (!secret) return secret.error();
    aws::Credentials credentials{std::string(id->reveal()), std::move(*secret), {}, std::nullopt};
    if (!token_.configured()) return credentials;
    Result<Secret> token = token_.read();
    if (!token) return token.error();
    credentials.session_token = std::move(*token);
    return credentials;
  }

 private:
  config::SecretSource id_;
  config::SecretSource secret_;
  config::SecretSource token_;
};

Result<RootConfig> load(const LogsOptions& options, const config::Environment& environment,
                        const component::Registry& registry) {
  config::Problems problems(options.config.empty() ? std::string(builtin_name) : options.config);
  std::optional<RootConfig> config;
  if (options.config.empty()) {
    const Result<std::string> destination = builtin_destination(environment);
    if (!destination) return destination.error();
    config = load_config(builtin_config(*destination, environment), environment, registry, problems);
  } else {
    config = load_config_file(options.config, environment, registry, problems);
  }
  if (config) return std::move(*config);
  std::string text = problems.text();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return Error{std::move(text)};
}

std::vector<const ConfiguredSink*> cloudwatch_sinks(const RootConfig& config) {
  std::vector<const ConfiguredSink*> sinks;
  for (const ConfiguredSink& sink : config.sinks) {
    if (sink.type->schema == &cloudwatch::cloudwatch_schema()) sinks.push_back(&sink);
  }
  return sinks;
}

// The group that the sink writes to now. Of a record there is nothing to fill in.
Result<std::string> group_of(const ConfiguredSink& sink, const RootConfig& config,
                             const config::Environment& environment, const Clock& clock) {
  const auto& settings = *static_cast<const CloudWatchConfig*>(sink.config.get());
  const Facts facts = gather_facts(config.facts, environment);
  std::string empty = "{}";
  empty.append(record::padding, '\0');
  record::Record record;
  static_cast<void>(record.parse(std::string_view(empty).substr(0, 2), clock.wall_now()));
  std::string name;
  if (!settings.group.text.append(record, facts, name))
    return Error{"the group of the sink `" + sink.id + "`, " + settings.group.text.text() +
                 ", isn't known here: say --group"};
  cloudwatch::Destination destination;
  cloudwatch::Names(settings, facts).fill(record, destination);
  return destination.group;
}

Result<config::Url> endpoint_of(const LogsOptions& options, const CloudWatchConfig* sink, const std::string& region,
                                const config::Environment& environment) {
  if (!options.endpoint.empty()) return aws::parse_endpoint(options.endpoint);
  if (sink != nullptr && sink->endpoint) return *sink->endpoint;
  const Result<std::optional<config::Url>> configured = aws::configured_endpoint("CLOUDWATCH_LOGS", environment);
  if (!configured) return configured.error();
  if (*configured) return **configured;
  aws::EndpointOptions wanted;
  if (sink != nullptr) wanted = {sink->fips, sink->dual_stack};
  return aws::endpoint("logs", region, wanted);
}

net::HttpOptions http_of(const CloudWatchConfig* sink, const config::Environment& environment) {
  net::HttpOptions http;
  http.ca_file = environment("AWS_CA_BUNDLE").value_or("");
  if (sink == nullptr) return http;
  const component::TlsConfig& tls = sink->http.tls;
  http.connect_timeout = sink->http.connect_timeout;
  if (!tls.ca_file.empty()) http.ca_file = tls.ca_file;
  http.cert_file = tls.cert_file;
  http.key_file = tls.key_file;
  http.tls_1_3_only = tls.min_version == component::TlsVersion::v1_3;
  http.verify = tls.verify;
  return http;
}

std::unique_ptr<aws::CredentialsProvider> credentials_of(const std::string& profile, const CloudWatchConfig* sink,
                                                         const std::string& region,
                                                         const config::Environment& environment) {
  if (profile.empty() && sink != nullptr && sink->access_key_id.configured())
    return std::make_unique<ConfiguredKeys>(*sink);
  const bool from_sink = profile.empty() && sink != nullptr;
  return aws::credentials_chain({from_sink ? sink->profile : profile, region}, environment);
}

// `sink` may be null: the environment says the rest.
Result<Place> group_place(std::string group, const LogsOptions& options, const CloudWatchConfig* sink,
                          const config::Environment& environment) {
  const std::string profile = options.profile.empty() && sink != nullptr ? sink->profile : options.profile;
  std::string region = options.region;
  if (region.empty() && sink != nullptr) region = sink->region;
  if (region.empty()) region = aws::find_region(profile, environment).value_or("");
  if (region.empty()) return Error{"no region: say --region, or set AWS_REGION"};
  if (!aws::is_region(region)) return Error{"--region: that isn't the name of a region"};
  Result<config::Url> endpoint = endpoint_of(options, sink, region, environment);
  if (!endpoint) return Error{"endpoint: " + endpoint.error().message};
  GroupPlace place;
  place.group = std::move(group);
  place.credentials = credentials_of(options.profile, sink, region, environment);
  place.service = {std::move(*endpoint), std::move(region), http_of(sink, environment)};
  return Place(std::move(place));
}

Result<Place> configured_place(const LogsOptions& options, const config::Environment& environment,
                               const component::Registry& registry, const Clock& clock) {
  const Result<RootConfig> config = load(options, environment, registry);
  if (!config) return config.error();
  const Settings& settings = config->settings;
  if (options.query.empty() && options.group.empty() && settings.data_dir && settings.stream.keep)
    return Place(LocalPlace{*settings.data_dir});
  const std::vector<const ConfiguredSink*> sinks = cloudwatch_sinks(*config);
  if (sinks.size() > 1 && options.group.empty())
    return Error{"the configuration has " + std::to_string(sinks.size()) + " sinks of type cloudwatch: say --group"};
  const auto* sink = sinks.empty() ? nullptr : static_cast<const CloudWatchConfig*>(sinks.front()->config.get());
  if (!options.group.empty()) return group_place(options.group, options, sink, environment);
  if (sink == nullptr) return Error{std::string(how_to_say)};
  const Result<std::string> group = group_of(*sinks.front(), *config, environment, clock);
  if (!group) return group.error();
  return group_place(*group, options, sink, environment);
}

}  // namespace

Result<Place> choose_place(const LogsOptions& options, const config::Environment& environment,
                           const component::Registry& registry, const Clock& clock) {
  if (!options.data_dir.empty()) {
    if (!options.group.empty() || !options.query.empty() || !options.config.empty())
      return Error{"--data-dir can't stand beside --group, --query or --config"};
    return Place(LocalPlace{options.data_dir});
  }
  if (!options.group.empty() && options.config.empty())
    return group_place(options.group, options, nullptr, environment);
  return configured_place(options, environment, registry, clock);
}

}  // namespace towline::app::logs
