#include "app/commands/import/delivery.hpp"

#include <charconv>

#include "app/commands/import/values.hpp"

namespace towline::app::migration {

namespace {

std::uint64_t whole(const std::string& number) {
  std::uint64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

void read_retries(Settings& request, Yaml& body) {
  Yaml retry = Yaml::map();
  if (const auto attempts = request.number("retry_attempts"); attempts && whole(*attempts) < 1'000'000'000)
    retry.set("attempts", Yaml::plain(std::to_string(whole(*attempts) + 1)));
  if (const auto initial = request.number("retry_initial_backoff_secs")) retry.set("initial", seconds(*initial));
  if (const auto max = request.number("retry_max_duration_secs")) retry.set("max", seconds(*max));
  if (!retry.empty()) body.set("retry", std::move(retry.compact()));
}

void read_concurrency(Settings& request, Yaml& body) {
  const std::optional<std::string> older = request.text("in_flight_limit");
  const std::string concurrency = request.text("concurrency").value_or(older.value_or("adaptive"));
  if (concurrency == "none") body.set("in_flight", Yaml::plain("1"));
  if (concurrency == "none" || concurrency == "adaptive") return;
  const std::uint64_t most = whole(concurrency);
  if (most > 256) request.refuse("concurrency", "at most 256 requests are under way at the same time", "");
  body.set("in_flight", Yaml::plain(most == 0 ? concurrency : std::to_string(std::min<std::uint64_t>(most, 256))));
}

}  // namespace

void read_batch(Settings& settings, Yaml& body) {
  Settings batch = settings.section("batch");
  Yaml converted = Yaml::map();
  const std::optional<std::string> older = batch.number("max_size");
  const std::optional<std::string> size = batch.number("max_bytes");
  if (size || older) converted.set("bytes", bytes(size ? *size : *older));
  if (const auto records = batch.number("max_events")) converted.set("records", Yaml::plain(*records));
  if (const auto age = batch.number("timeout_secs")) converted.set("age", seconds(*age));
  batch.finish();
  if (!converted.empty()) body.set("batch", std::move(converted.compact()));
}

void read_request(Settings& request, Yaml& body) {
  if (const auto timeout = request.number("timeout_secs")) body.set("timeout", seconds(*timeout));
  read_concurrency(request, body);
  read_retries(request, body);
  request.refuse(
      "rate_limit_num", "requests are not limited by their number in a time",
      "a destination that answers 429 with Retry-After is obeyed; `in_flight` limits requests at the same time");
  request.ignore({"rate_limit_duration_secs", "adaptive_concurrency", "retry_jitter_mode"});
  request.finish();
}

std::uint64_t read_buffer(Settings& settings, Yaml& body) {
  const Tree* several = settings.take("buffer");
  if (several != nullptr && several->is_list()) {
    settings.refuse("buffer", "there is one buffer for each stream, not several in a row",
                    "`data_dir` keeps what is held on disk, `memory` bounds what is in memory");
    return 0;
  }
  Settings buffer = settings.section("buffer");
  const bool on_disk = buffer.text("type").value_or("memory").starts_with("disk");
  const std::uint64_t size = whole(buffer.number("max_size").value_or("268435488"));
  const std::string when_full = buffer.text("when_full").value_or("block");
  if (when_full == "drop_newest") body.set("when_full", Yaml::text(when_full));
  if (when_full == "overflow")
    buffer.refuse("when_full", "a buffer has no second one", "`drop_oldest` or `drop_newest`");
  buffer.ignore({"max_events"});  // `memory` bounds what is held by its bytes
  buffer.finish();
  return on_disk ? size : 0;
}

void read_tls(Settings& settings, Yaml& body) {
  Settings tls = settings.section("tls");
  Yaml converted = Yaml::map();
  if (const auto file = tls.text("ca_file")) converted.set("ca_file", Yaml::text(*file));
  if (const auto file = tls.text("crt_file")) converted.set("cert_file", Yaml::text(*file));
  if (const auto file = tls.text("key_file")) converted.set("key_file", Yaml::text(*file));
  if (!tls.flag("verify_certificate", true)) converted.set("verify", Yaml::plain("false"));
  if (!tls.flag("verify_hostname", true))
    tls.refuse("verify_hostname", "the name is verified together with the certificate",
               "`verify: false` verifies nothing");
  tls.refuse("key_pass", "a private key must have no passphrase",
             "store the key without one: openssl rsa -in KEY -out KEY");
  tls.ignore({"enabled", "alpn_protocols"});
  tls.finish();
  if (!converted.empty()) body.set("tls", std::move(converted.compact()));
}

void read_compression(Settings& settings, Yaml& body) {
  const Tree* tree = settings.take("compression");
  const bool detailed = tree != nullptr && tree->is_map();
  Settings details = detailed ? settings.section("compression") : Settings(nullptr, "", settings.place());
  const std::string algorithm =
      detailed ? details.text("algorithm").value_or("none") : settings.text("compression").value_or("none");
  if (algorithm == "none") body.set("compression", Yaml::text("none"));
  if (algorithm != "none" && algorithm != "gzip")
    settings.refuse("compression", "requests are packed with gzip or not at all; it is gzip now", "");
  const std::string level = details.text("level").value_or("");
  if (algorithm == "gzip" && !level.empty() && level != "fast") {
    const std::uint64_t number = level == "best" ? 9 : level == "default" ? 6 : whole(level);
    body.set("gzip_level", Yaml::plain(number <= 3 ? "1" : number <= 7 ? "6" : "9"));
  }
  details.finish();
}

void read_encoding(Settings& settings, bool takes_arrays) {
  const Tree* tree = settings.take("encoding");
  const bool detailed = tree != nullptr && tree->is_map();
  Settings encoding = detailed ? settings.section("encoding") : Settings(nullptr, "", settings.place());
  const std::string codec =
      detailed ? encoding.text("codec").value_or("json") : settings.text("encoding").value_or("json");
  if (codec != "json" && codec != "ndjson") {
    (detailed ? encoding : settings)
        .refuse(detailed ? "codec" : "encoding", "records are sent as JSON, one on a line", "");
  }
  Settings framing = settings.section("framing");
  const std::string method = framing.text("method").value_or(codec == "ndjson" ? "newline_delimited" : "");
  if (codec == "json" && method != "newline_delimited" && !takes_arrays)
    settings.place().remark(tree == nullptr ? 0 : tree->line, settings.path() + ".framing.method",
                            {"Vector sends a JSON array in each request; here it is newline-delimited JSON",
                             "see that the destination takes `application/x-ndjson`"});
  framing.ignore({"character_delimited"});
  framing.finish();
  for (const char* key : {"only_fields", "except_fields"})
    encoding.refuse(key, "a sink sends records as they are", "`keep_only` and `remove` are steps of transforms");
  const std::string form = encoding.text("timestamp_format").value_or("rfc3339");
  if (form != "rfc3339") encoding.refuse("timestamp_format", "times are written as RFC 3339", "");
  encoding.ignore({"json", "metric_tag_values"});
  encoding.finish();
}

void ignore_common(Settings& settings) {
  settings.ignore({"type", "inputs", "acknowledgements", "healthcheck", "healthcheck_uri", "graph"});
  settings.refuse("proxy", "a sink has no setting for a proxy",
                  "the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY name one");
}

}  // namespace towline::app::migration
