#include "sinks/cloudwatch/config.hpp"

#include <algorithm>
#include <array>

#include "aws/endpoint.hpp"
#include "base/check.hpp"
#include "sinks/cloudwatch/names.hpp"

namespace towline::cloudwatch {

namespace {

// What PutRetentionPolicy takes.
constexpr std::array<std::uint32_t, 22> retentions{1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                                   365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};
// Limits of CreateLogGroup.
constexpr std::size_t tags_max = 50;
constexpr std::size_t tag_key_max = 128;
constexpr std::size_t tag_value_max = 256;

std::string valid_retentions() {
  std::string list;
  for (const std::uint32_t days : retentions) list += (list.empty() ? "" : ", ") + std::to_string(days);
  return list;
}

std::optional<std::string> check_credentials(const CloudWatchConfig& config) {
  if (config.access_key_id.configured() != config.secret_access_key.configured())
    return "`access_key_id` and `secret_access_key` are needed together";
  if (config.session_token.configured() && !config.access_key_id.configured())
    return "`session_token` is of no use without `access_key_id` and `secret_access_key`";
  if (config.access_key_id.configured() && !config.profile.empty()) return "give either `profile` or `access_key_id`";
  return std::nullopt;
}

std::optional<std::string> check_groups(const CloudWatchConfig& config) {
  if (config.retention_days &&
      std::find(retentions.begin(), retentions.end(), *config.retention_days) == retentions.end())
    return "`retention_days` must be off or one of " + valid_retentions();
  if (config.tags.size() > tags_max) return "more than 50 `tags`";
  for (const auto& [key, value] : config.tags) {
    if (key.empty() || key.size() > tag_key_max || value.size() > tag_value_max || key.starts_with("aws:"))
      return "a tag has a name of 1 to 128 bytes that doesn't begin with `aws:`, and a value of up to 256";
  }
  return std::nullopt;
}

std::optional<std::string> check(const CloudWatchConfig& config) {
  if (!config.region.empty() && !aws::is_region(config.region)) return "`region` must be one such as eu-west-1";
  if (config.endpoint && config.endpoint->path.find('?') != std::string::npos)
    return "`endpoint` must not have a query";
  if (config.endpoint && (config.fips || config.dual_stack))
    return "`fips` and `dual_stack` choose an endpoint: they are of no use beside `endpoint`";
  if (const record::Template& group = config.group.text; group.is_constant() && !is_group_name(group.text()))
    return "`group` must be 1 to 512 letters, digits, `_`, `-`, `/`, `.` and `#`, and not begin with `aws/`";
  if (const record::Template& stream = config.stream.text; stream.is_constant() && !is_stream_name(stream.text()))
    return "`stream` must be 1 to 512 characters without `:`, `*` and control characters";
  if (!is_stream_name(config.missing) || !is_group_name(config.missing))
    return "`missing` must be letters, digits, `_`, `-`, `/`, `.` and `#`";
  if (std::optional<std::string> problem = check_credentials(config)) return problem;
  return check_groups(config);
}

}  // namespace

CloudWatchConfig::CloudWatchConfig() {
  Result<record::Template> host = record::Template::parse("{host.name}");
  CHECK(host);
  stream.text = std::move(*host);
}

const config::Schema<CloudWatchConfig>& cloudwatch_schema() {
  using C = CloudWatchConfig;
  static const config::Schema<C> schema(
      "cloudwatch", "Log groups of Amazon CloudWatch Logs.",
      config::field("group", &C::group,
                    "Name of the log group. Facts, fields of the record and times are filled in: `{ecs.family}`, "
                    "`{service}`, `%Y-%m-%d`. What a name can't hold becomes `_`.",
                    config::required, config::example("/app/${ENVIRONMENT:-production}")),
      config::field("stream", &C::stream, "Name of the log stream, filled in as the group's is."),
      config::field("missing", &C::missing, "What stands where a name is neither a fact nor a field of the record."),
      config::field("region", &C::region,
                    "Region of the log group. Without it: AWS_REGION, AWS_DEFAULT_REGION, the profile's, that of the "
                    "ECS task, that of the instance."),
      config::field("endpoint", &C::endpoint,
                    "URL to use instead of the region's own: a VPC endpoint, an emulator. Requests are signed for its "
                    "host."),
      config::field("fips", &C::fips, "Use the region's FIPS 140 endpoint."),
      config::field("dual_stack", &C::dual_stack, "Use the region's endpoint with IPv4 and IPv6 addresses."),
      config::field("profile", &C::profile, "Profile of the shared AWS files. Without it: AWS_PROFILE, or `default`."),
      config::field("access_key_id", &C::access_key_id,
                    "Key to sign with. Without it credentials are found as AWS' own programs find them: environment, "
                    "shared files, web identity, ECS or EKS, instance profile."),
      config::field("secret_access_key", &C::secret_access_key, "Secret of `access_key_id`."),
      config::field("session_token", &C::session_token, "Session token of `access_key_id`, if it is a temporary one."),
      config::field("message", &C::message,
                    "Path of the field that becomes the event's message. Without it, and for records that don't have "
                    "the field or are EMF metrics, that is the whole record as JSON."),
      config::field("create_group", &C::create_group, "Create the log group if it isn't there."),
      config::field("create_stream", &C::create_stream, "Create the log stream if it isn't there."),
      config::field("retention_days", &C::retention_days,
                    "How long groups that towline creates keep events: off (for ever), 1, 3, 5, 7, 14, 30, 60, 90, "
                    "120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."),
      config::field("kms_key_id", &C::kms_key_id, "ARN of the KMS key for groups that towline creates."),
      config::field("tags", &C::tags, "Tags of groups that towline creates."),
      config::field("log_class", &C::log_class, "Class of groups that towline creates."),
      config::field("long_events", &C::long_events,
                    "What happens to a message of more than 1,048,550 bytes, which is the most that CloudWatch takes. "
                    "EMF metrics are never cut: a longer one becomes a dead letter."),
      config::field("open_streams", &C::open_streams,
                    "Log streams that are written to at the same time, with one request under way for each.",
                    config::between(1U, 1024U)),
      config::embed(&C::http, component::http_schema_without_key()),
      config::embed(&C::delivery, component::delivery_schema()), config::check(check));
  return schema;
}

}  // namespace towline::cloudwatch

namespace towline::config {

std::optional<cloudwatch::NameTemplate> Value<cloudwatch::NameTemplate>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  Result<record::Template> parsed = record::Template::parse(*text);
  if (parsed) return cloudwatch::NameTemplate{std::move(*parsed)};
  problems.add(node.mark, parsed.error().message);
  return std::nullopt;
}

std::string Value<cloudwatch::NameTemplate>::print(const cloudwatch::NameTemplate& name) {
  return Value<std::string>::print(name.text.text());
}

ValueInfo Value<cloudwatch::NameTemplate>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "template";
  return info;
}

std::optional<cloudwatch::MessageField> Value<cloudwatch::MessageField>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  if (text->empty()) return cloudwatch::MessageField{};
  Result<record::Path> path = record::Path::parse(*text);
  if (path && !path->has_wildcard()) return cloudwatch::MessageField{std::move(*path)};
  problems.add(node.mark, path ? "the message can't be found by `*`" : path.error().message);
  return std::nullopt;
}

std::string Value<cloudwatch::MessageField>::print(const cloudwatch::MessageField& field) {
  return field.path ? Value<std::string>::print(field.path->text()) : std::string();
}

ValueInfo Value<cloudwatch::MessageField>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "path";
  return info;
}

}  // namespace towline::config
