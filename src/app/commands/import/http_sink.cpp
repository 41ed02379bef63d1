#include "app/commands/import/http_sink.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "app/commands/import/delivery.hpp"
#include "app/commands/import/settings.hpp"
#include "app/commands/import/variables.hpp"

namespace towline::app::migration {

namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8U | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= text.size() ? digits[bits >> (18 - 6 * j) & 63U] : '=';
  }
  return out;
}

struct Header {
  std::string name;
  std::string value;
  std::uint32_t line = 0;
};

// What the sink sends to whom, from several places of its settings.
struct Target {
  std::string uri;
  std::string strategy;  // of the Authorization header; empty: there is none
  std::string token;
  std::vector<Header> headers;
};

// "https://HOST/" as HOST; std::nullopt where there is a port, a path, or no TLS.
std::optional<std::string> plain_host(std::string_view uri) {
  constexpr std::string_view scheme = "https://";
  if (!lower(std::string(uri)).starts_with(scheme)) return std::nullopt;
  uri.remove_prefix(scheme.size());
  if (uri.ends_with('/')) uri.remove_suffix(1);
  const bool is_variable = has_variable(uri) && uri.starts_with("${") && uri.find('}') == uri.size() - 1;
  if (!is_variable && (uri.empty() || uri.find_first_of("/:?@") != std::string_view::npos)) return std::nullopt;
  return std::string(uri);
}

bool is_better_stack(const std::string& uri) {
  constexpr std::array<std::string_view, 5> signs{"logs.betterstack.com", "betterstackdata.com", "logtail.com",
                                                  "${betterstack_", "${better_stack_"};
  const std::string text = lower(uri);
  return std::any_of(signs.begin(), signs.end(),
                     [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
}

void read_headers(Settings settings, std::vector<Header>& headers, const Tree* map) {
  if (map == nullptr || !map->is_map()) return;
  for (const TreeEntry& entry : map->entries) {
    const std::optional<std::string> value = settings.text(entry.key);
    if (value) headers.push_back({entry.key, *value, entry.line});
  }
  settings.finish();
}

void read_auth(Settings& settings, Target& target) {
  Settings auth = settings.section("auth");
  target.strategy = auth.text("strategy").value_or("");
  const std::string token = auth.text("token").value_or("");
  const std::string user = auth.text("user").value_or("");
  const std::string password = auth.text("password").value_or("");
  if (target.strategy == "bearer") {
    target.token = token;
  } else if (target.strategy == "basic") {
    target.token = base64(user + ":" + password);
    if (has_variable(user) || has_variable(password)) {
      target.token = "${BASIC_AUTH}";
      auth.refuse("user", "base64 of user:password is one value here, `token`",
                  "set BASIC_AUTH to what this prints: printf '%s' 'USER:PASSWORD' | base64 -w0");
    }
  } else if (!target.strategy.empty()) {
    auth.refuse("strategy", "there are `bearer` and `basic`", "a header with the credential can be set in `headers`");
    target.strategy.clear();
    return;
  }
  auth.finish();
}

// A token in the headers, where no other one is set.
void take_token(Target& target) {
  const auto header = std::find_if(target.headers.begin(), target.headers.end(), [](const Header& each) {
    return lower(each.name) == "authorization" && lower(each.value).starts_with("bearer ");
  });
  if (header == target.headers.end() || !target.strategy.empty()) return;
  target.strategy = "bearer";
  target.token = header->value.substr(7);
  target.headers.erase(header);
}

void drop_content_type(Target& target, Settings& settings, bool any_will_do) {
  const auto header = std::find_if(target.headers.begin(), target.headers.end(),
                                   [](const Header& each) { return lower(each.name) == "content-type"; });
  if (header == target.headers.end()) return;
  if (!any_will_do && header->value != "application/x-ndjson")
    settings.refuse_at(header->line, "request.headers.content-type", "requests are always of type application/x-ndjson",
                       "see that the destination takes it");
  target.headers.erase(header);
}

Yaml better_stack(const Target& target) {
  Yaml body = Yaml::map().set("type", Yaml::text("betterstack"));
  const std::optional<std::string> host = plain_host(target.uri);
  body.set(host ? "host" : "url", Yaml::text(host ? *host : target.uri));
  body.set("token", Yaml::text(target.token));
  return body;
}

Yaml any_endpoint(const Target& target, const std::string& method) {
  Yaml body = Yaml::map().set("type", Yaml::text("http")).set("url", Yaml::text(target.uri));
  if (method == "put") body.set("method", Yaml::text("put"));
  if (!target.strategy.empty()) {
    Yaml auth = Yaml::map().compact();
    if (target.strategy != "bearer") auth.set("strategy", Yaml::text(target.strategy));
    body.set("auth", std::move(auth.set("token", Yaml::text(target.token))));
  }
  Yaml headers = Yaml::map();
  for (const Header& header : target.headers) {
    if (!headers.has(header.name)) headers.set(header.name, Yaml::text(header.value));
  }
  if (!headers.empty()) body.set("headers", std::move(headers));
  return body;
}

Target read_target(Settings& settings, const Component& component) {
  Target target;
  target.uri = settings.text("uri").value_or("");
  read_auth(settings, target);
  const Tree* request = component.settings->find("request");
  read_headers(settings.section("headers"), target.headers, component.settings->find("headers"));
  if (request != nullptr) {
    Settings in_request(request, settings.path() + ".request", settings.place());
    read_headers(in_request.section("headers"), target.headers, request->find("headers"));
  }
  return target;
}

// Who gets what, in the form of ours.
Yaml convert_target(Settings& settings, Target& target, bool& is_ours) {
  const std::string method = lower(settings.text("method").value_or("post"));
  const bool to_better_stack = is_better_stack(target.uri) && method == "post";
  if (to_better_stack) take_token(target);
  is_ours = to_better_stack && target.strategy == "bearer";
  if (method != "post" && method != "put") settings.refuse("method", "there are POST and PUT; it is POST now", "");
  drop_content_type(target, settings, is_ours);
  if (!is_ours) return any_endpoint(target, method);
  for (const Header& header : target.headers)
    settings.refuse_at(header.line, "request.headers", "there are no further headers for Better Stack", "");
  return better_stack(target);
}

}  // namespace

ConvertedSink http_sink(const Component& component, Place& place) {
  Settings settings(component.settings, component.path(), place);
  Target target = read_target(settings, component);
  ConvertedSink result;
  bool is_ours = false;  // Better Stack's own sink
  result.body = convert_target(settings, target, is_ours);
  if (is_ours)
    settings.ignore({"compression"});  // gzip, which Better Stack takes
  else
    read_compression(settings, result.body);
  read_encoding(settings, is_ours);
  read_batch(settings, result.body);
  Settings request = settings.section("request");
  request.ignore({"headers"});
  read_request(request, result.body);
  result.disk_bytes = read_buffer(settings, result.body);
  read_tls(settings, result.body);
  for (const char* key : {"payload_prefix", "payload_suffix"}) settings.refuse(key, "records stand by themselves", "");
  ignore_common(settings);
  settings.finish();
  return result;
}

}  // namespace towline::app::migration
