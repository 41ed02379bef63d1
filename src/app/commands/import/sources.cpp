#include "app/commands/import/sources.hpp"

#include <array>

#include "app/commands/import/settings.hpp"
#include "app/commands/import/values.hpp"

namespace towline::app::migration {

namespace {

constexpr std::array<std::string_view, 16> of_metrics{"internal_metrics",
                                                      "host_metrics",
                                                      "prometheus_scrape",
                                                      "prometheus_remote_write",
                                                      "statsd",
                                                      "nginx_metrics",
                                                      "apache_metrics",
                                                      "mongodb_metrics",
                                                      "postgresql_metrics",
                                                      "aws_ecs_metrics",
                                                      "eventstoredb_metrics",
                                                      "prometheus_pushgateway",
                                                      "static_metrics",
                                                      "prometheus",
                                                      "internal_logs",
                                                      "datadog_agent_traces"};

// Keys of records and the like, which ours don't add.
void refuse_added_fields(Settings& settings) {
  for (const char* key : {"host_key", "port_key", "path_key"})
    settings.refuse(key, "a source adds no fields about the sender", "let the application name its host");
  settings.ignore({"type", "acknowledgements", "log_namespace", "shutdown_timeout_secs", "keepalive", "disconnect_mode",
                   "graph", "proxy", "max_connection_duration_secs"});
}

// Whether lines are put into `message` as they are.
bool read_decoding(Settings& settings) {
  Settings decoding = settings.section("decoding");
  const std::optional<std::string> codec = decoding.text("codec");
  const std::optional<std::string> encoding = settings.text("encoding");  // an older name, of http sources
  const std::string form = codec.value_or(encoding.value_or("bytes"));
  const bool raw = form == "bytes" || form == "text" || form == "binary";
  const bool json = form == "json" || form == "ndjson";
  if (!raw && !json)
    decoding.refuse("codec", "sources read lines of JSON, nothing else", "send JSON, one object a line");
  decoding.section("json").ignore({"lossy"});
  decoding.finish();
  if (raw) settings.place().note("Lines that are JSON become records; Vector puts each line into `message`.");
  return raw;
}

void read_framing(Settings& settings, Yaml& body) {
  Settings framing = settings.section("framing");
  const std::string method = framing.text("method").value_or("newline_delimited");
  Settings newline = framing.section("newline_delimited");
  Settings characters = framing.section("character_delimited");
  const bool by_line = method == "newline_delimited" || method == "bytes" ||
                       (method == "character_delimited" && characters.text("delimiter") == "\n");
  if (!by_line) framing.refuse("method", "records end with their line", "send newline-delimited JSON");
  for (Settings* each : {&newline, &characters}) {
    const std::optional<std::string> length = each->number("max_length");
    if (length && !body.has("max_record")) body.set("max_record", bytes(*length));
  }
  if (by_line) newline.finish();
  framing.ignore({"octet_counting", "length_delimited"});
  framing.finish();
}

void read_tls(Settings& settings, Yaml& body) {
  Settings tls = settings.section("tls");
  const bool enabled = tls.flag("enabled", false);
  const std::optional<std::string> certificate = tls.text("crt_file");
  const std::optional<std::string> key = tls.text("key_file");
  const std::optional<std::string> authority = tls.text("ca_file");
  const bool verifies = tls.flag("verify_certificate", false);
  if (!enabled) return;
  Yaml converted = Yaml::map();
  if (certificate) converted.set("cert_file", Yaml::text(*certificate));
  if (key) converted.set("key_file", Yaml::text(*key));
  if (authority && verifies) converted.set("client_ca_file", Yaml::text(*authority));
  tls.refuse("key_pass", "a private key must have no passphrase",
             "store the key without one: openssl rsa -in KEY -out KEY");
  tls.ignore({"verify_hostname", "alpn_protocols", "server_name", "client_metadata_key"});
  tls.finish();
  body.set("tls", std::move(converted));
}

std::string listen_address(Settings& settings, int free_port) {
  const std::string otherwise = "127.0.0.1:" + std::to_string(free_port);
  std::string address = settings.text("address").value_or(otherwise);
  if (address.starts_with("localhost:")) address.replace(0, 9, "127.0.0.1");
  if (!address.starts_with("systemd")) return address;
  settings.refuse("address", "sockets of systemd can't be taken over", "name an address");
  return otherwise;
}

ConvertedSource socket(const Component& component, int free_port, Place& place) {
  Settings settings(component.settings, component.path(), place);
  ConvertedSource result;
  const std::string mode = settings.text("mode").value_or("tcp");
  const bool udp = mode == "udp";
  if (mode != "tcp" && !udp)
    settings.refuse("mode", "there are no Unix sockets", "let the application send to this address");
  settings.ignore({"path", "socket_file_mode"});
  result.body.set("type", Yaml::text(udp ? "udp" : "tcp"));
  result.body.set("listen", Yaml::text(listen_address(settings, free_port)));
  if (const auto length = settings.number("max_length")) result.body.set("max_record", bytes(*length));
  result.raw = read_decoding(settings);
  read_framing(settings, result.body);
  if (const auto limit = settings.number("connection_limit")) result.body.set("max_connections", Yaml::plain(*limit));
  if (const auto size = settings.number("receive_buffer_bytes")) result.body.set("receive_buffer", bytes(*size));
  read_tls(settings, result.body);
  settings.refuse("permit_origin", "a source takes records from everybody who can reach it",
                  "use the firewall, or TLS with client certificates");
  settings.refuse("multicast_groups", "there is no multicast", "");
  refuse_added_fields(settings);
  settings.finish();
  return result;
}

ConvertedSource http(const Component& component, int free_port, Place& place) {
  Settings settings(component.settings, component.path(), place);
  ConvertedSource result;
  result.body.set("type", Yaml::text("http"));
  result.body.set("listen", Yaml::text(listen_address(settings, free_port)));
  const std::string path = settings.text("path").value_or("/");
  if (path != "/") result.body.set("path", Yaml::text(path.starts_with('/') ? path : "/" + path));
  if (!settings.flag("strict_path", true))
    settings.refuse("strict_path", "only the path itself takes requests", "send all requests there");
  result.raw = read_decoding(settings);
  read_framing(settings, result.body);
  read_tls(settings, result.body);
  settings.refuse("auth", "requests are let in by a bearer token, not by a name and a password",
                  "set `auth_token`, and send it as `Authorization: Bearer`");
  if (settings.text("method").value_or("POST") != "POST" && settings.text("method") != "post")
    settings.refuse("method", "records come by POST", "");
  settings.refuse("headers", "a source adds no fields about the request", "put it into the records");
  settings.refuse("query_parameters", "a source adds no fields about the request", "put it into the records");
  settings.refuse("response_code", "the answer is 200 once all records are stored", "");
  refuse_added_fields(settings);
  settings.finish();
  return result;
}

ConvertedSource stand_in(const Component& component, int free_port, Place& place) {
  place.remark(component.line, component.path() + ".type",
               {"there is no source like `" + component.type + "`",
                "let the application send its records to this address, as lines of JSON"});
  ConvertedSource result;
  result.body.set("type", Yaml::text("tcp"));
  result.body.set("listen", Yaml::text("127.0.0.1:" + std::to_string(free_port)));
  return result;
}

}  // namespace

ConvertedSource convert_source(const Component& component, int free_port, Place& place) {
  if (component.type == "socket") return socket(component, free_port, place);
  if (component.type == "http_server" || component.type == "http") return http(component, free_port, place);
  for (const std::string_view type : of_metrics) {
    if (type != component.type) continue;
    place.remark(component.line, component.path() + ".type",
                 {"`" + component.type + "` is about Vector or about metrics, not about logs of applications",
                  "towline's own metrics are on /metrics of `admin.listen`, its own log is on stderr"});
    ConvertedSource result;
    result.gone = true;
    return result;
  }
  return stand_in(component, free_port, place);
}

}  // namespace towline::app::migration
