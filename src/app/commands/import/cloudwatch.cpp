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

void read_destination(Settings& settings, Yaml& body) {
  read_template(settings, "group_name", "group", body);
  read_template(settings, "stream_name", "stream", body);
  if (const auto region = settings.text("region")) body.set("region", Yaml::text(*region));
  if (const auto endpoint = settings.text("endpoint")) body.set("endpoint", Yaml::text(*endpoint));
  const bool creates = settings.flag("create_missing_group", true) && settings.flag("create_missing_stream", true);
  if (!creates) body.set("create", Yaml::plain("false"));
  Settings retention = settings.section("retention");
  const bool retains = retention.flag("enabled", false);
  const auto days = retention.number("days");
  if (days && retains) body.set("retention_days", Yaml::plain(*days));
}

void read_credentials(Settings& settings, Yaml& body) {
  Settings auth = settings.section("auth");
  auth.refuse("access_key_id", "credentials come from the environment or the role", "");
  auth.ignore({"secret_access_key"});
  if (const auto role = auth.text("assume_role")) body.set("assume_role", Yaml::text(*role));
  auth.finish();
}

}  // namespace

// There is no such sink yet: what it would be is shown, with the names that its settings should have.
ConvertedSink cloudwatch_sink(const Component& component, Place& place) {
  place.remark(component.line, component.path() + ".type",
               {"there is no sink for CloudWatch Logs yet", "what it would be is in this comment"});
  Settings settings(component.settings, component.path(), place);
  ConvertedSink result;
  result.fate = ConvertedSink::Fate::off;
  result.body.set("type", Yaml::text("cloudwatch"));
  read_destination(settings, result.body);
  read_credentials(settings, result.body);
  settings.ignore({"compression", "kms_key", "tags"});
  read_encoding(settings, true);
  read_batch(settings, result.body);
  Settings request = settings.section("request");
  request.ignore({"headers"});
  read_request(request, result.body);
  read_buffer(settings, result.body);
  read_tls(settings, result.body);
  ignore_common(settings);
  settings.finish();
  return result;
}

}  // namespace towline::app::migration
