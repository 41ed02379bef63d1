#include "app/commands/import/cloudwatch.hpp"

#include "app/commands/import/delivery.hpp"
#include "app/commands/import/settings.hpp"
#include "app/commands/import/templates.hpp"

namespace towline::app::migration {

namespace {

// `{{ host }}` and %Y in our form.
void read_template(Settings& settings, const char* key, const char* name, Yaml& body) {
  const std::optional<std::string> text = settings.text(key);
  if (!text) return;
  const std::optional<std::string> converted = convert_template(*text);
  if (!converted) settings.refuse(key, "this template can't be converted", "");
  body.set(name, Yaml::text(converted.value_or(*text)));
}

void read_text(Settings& settings, const char* key, const char* name, Yaml& body) {
  if (const auto text = settings.text(key)) body.set(name, Yaml::text(*text));
}

void read_tags(Settings& settings, const Tree* map, Yaml& body) {
  Settings tags = settings.section("tags");
  if (map == nullptr || !map->is_map()) return;
  Yaml converted = Yaml::map();
  for (const TreeEntry& entry : map->entries) {
    const auto value = tags.text(entry.key);
    if (value && !converted.has(entry.key)) converted.set(entry.key, Yaml::text(*value));
  }
  if (!converted.empty()) body.set("tags", std::move(converted.compact()));
}

void read_group(Settings& settings, const Component& component, Yaml& body) {
  if (!settings.flag("create_missing_group", true)) body.set("create_group", Yaml::plain("false"));
  if (!settings.flag("create_missing_stream", true)) body.set("create_stream", Yaml::plain("false"));
  Settings retention = settings.section("retention");
  const bool retains = retention.flag("enabled", false);
  const auto days = retention.number("days");
  if (days && retains) body.set("retention_days", Yaml::plain(*days));
  retention.finish();
  read_text(settings, "kms_key", "kms_key_id", body);
  read_tags(settings, component.settings->find("tags"), body);
}

void read_credentials(Settings& settings, Yaml& body) {
  Settings auth = settings.section("auth");
  read_text(auth, "access_key_id", "access_key_id", body);
  read_text(auth, "secret_access_key", "secret_access_key", body);
  read_text(auth, "session_token", "session_token", body);
  read_text(auth, "profile", "profile", body);
  auth.refuse("assume_role", "a role to assume is a matter of the shared AWS files",
              "a profile there with `role_arn` and `source_profile` or `credential_source`, and `profile` here");
  auth.refuse("credentials_file", "the shared AWS files are where AWS_SHARED_CREDENTIALS_FILE says", "");
  auth.ignore({"load_timeout_secs", "imds", "region", "external_id", "session_name"});
  auth.finish();
}

}  // namespace

ConvertedSink cloudwatch_sink(const Component& component, Place& place) {
  Settings settings(component.settings, component.path(), place);
  ConvertedSink result;
  Yaml& body = result.body;
  body.set("type", Yaml::text("cloudwatch"));
  read_template(settings, "group_name", "group", body);
  read_template(settings, "stream_name", "stream", body);
  read_text(settings, "region", "region", body);
  read_text(settings, "endpoint", "endpoint", body);
  read_group(settings, component, body);
  read_credentials(settings, body);
  settings.ignore({"compression"});  // Vector doesn't heed it
  read_encoding(settings, true);
  read_batch(settings, body);
  Settings request = settings.section("request");
  request.refuse("headers", "there are no further headers for CloudWatch Logs", "");
  read_request(request, body);
  result.disk_bytes = read_buffer(settings, body);
  read_tls(settings, body);
  ignore_common(settings);
  settings.finish();
  return result;
}

}  // namespace towline::app::migration
