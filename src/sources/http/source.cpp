#include "sources/http/source.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/json_string.hpp"
#include "component/registry.hpp"

namespace towline::http {

namespace {

using component::Ack;
using Response = net::HttpServer::Response;
using runtime::Awaitable;
using telemetry::MetricId;

// How much of a body is worked on in one turn of the loop.
constexpr std::size_t turn_bytes = std::size_t{256} << 10U;
constexpr const char* retry_after_seconds = "1";

Response json(unsigned status, std::string body) {
  return {status, "application/json", std::move(body) + "\n"};
}

std::string error_text(std::string_view error) {
  std::string text = R"({"error":)";
  append_json_string(text, error);
  return text;
}

Response error(unsigned status, std::string_view text) {
  return json(status, error_text(text) + "}");
}

Response retry_later(std::string_view text) {
  Response response = error(503, text);
  response.headers.emplace_back("Retry-After", retry_after_seconds);
  return response;
}

Response unauthorized() {
  Response response = error(401, "this needs `Authorization: Bearer` and the token");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response unknown_coding() {
  Response response = error(415, "Content-Encoding can be gzip, deflate or zstd");
  response.headers.emplace_back("Accept-Encoding", "gzip, deflate, zstd");
  return response;
}

Response accepted(unsigned status, std::uint64_t records) {
  return json(status, R"({"accepted":)" + std::to_string(records) + "}");
}

net::HttpServerOptions server_options(const HttpSourceConfig& config, const std::string& id) {
  net::HttpServerOptions options;
  options.listen = config.listen;
  options.name = "source " + id;
  options.setting = "sources." + id + ".listen";
  options.tls = config.tls;
  options.any_host = true;
  options.connections_max = config.max_connections;
  return options;
}

}  // namespace

extern const component::SourceType source_type;
const component::SourceType source_type = component::make_source_type<HttpSourceConfig, HttpSource>(
    "http", "Records by HTTP POST, answered when they are stored.", http_source_schema());

HttpSource::HttpSource(const HttpSourceConfig& config, component::SourceContext context)
    : config_(config),
      context_(std::move(context)),
      token_(config.auth_token),
      server_(server_options(config_, context_.id), context_.executor, context_.supervisor,
              {&context_.metrics.get(MetricId::source_connections, {context_.id}),
               &context_.metrics.get(MetricId::source_connections_accepted, {context_.id}),
               &context_.metrics.get(MetricId::source_connections_refused, {context_.id, "limit"}),
               &context_.metrics.get(MetricId::source_connections_refused, {context_.id, "tls_handshake"}),
               &context_.metrics.get(MetricId::source_accept_errors, {context_.id}),
               [this](unsigned status) { count_answer(status); }}) {
  server_.post(config_.path, config_.max_body.bytes,
               [this](const Request& request, net::HttpServer::Body& body) { return handle(request, body); });
}

Result<void> HttpSource::open() {
  if (token_.configured()) {
    auto token = token_.read();
    if (!token) return Error{"source " + context_.id + ": auth_token: " + token.error().message};
    expected_authorization_ = Secret("Bearer " + std::string(token->reveal()));
  }
  const auto opened = server_.open();
  if (!opened) return Error{"source " + context_.id + ": " + opened.error().message};
  return {};
}

void HttpSource::count_answer(unsigned status) {
  context_.metrics.get(MetricId::source_answers, {context_.id, std::to_string(status)}).add();
  if (status < 400) return;
  diagnostics::warn("source.request_refused", "A request was not taken in",
                    {{"source", context_.id}, {"status", status}});
}

// A file that can't be read at the moment changes nothing.
bool HttpSource::authorized(std::string_view authorization) {
  if (!token_.configured()) return true;
  if (token_.changed()) {
    auto token = token_.read();
    if (token) expected_authorization_ = Secret("Bearer " + std::string(token->reveal()));
  }
  return equals_in_constant_time(expected_authorization_, authorization);
}

Awaitable<Response> HttpSource::handle(const Request& request, net::HttpServer::Body& body) {
  if (!authorized(request.authorization)) co_return unauthorized();
  const std::optional<codec::Coding> coding = codec::parse_coding(request.content_encoding);
  if (!coding) co_return unknown_coding();
  ReceivedBody received(context_.intake, *coding, config_.max_body.bytes);
  if (!received.admit(request.content_length)) co_return refused(received);

  net::HttpServer::Body::Take take = [&received](std::string_view piece) { return received.take(piece); };
  const bool whole = co_await body.read(std::move(take));
  if (!whole || !received.finish()) co_return refused(received);
  const BodyForm form = form_of(request.content_type, received.view());
  co_return co_await take_in(received, form);
}

Response HttpSource::refused(const ReceivedBody& body) const {
  switch (body.fault()) {
    case ReceivedBody::Fault::too_long:
      return error(413, "the body is longer than max_body (" + config::to_string(config_.max_body) +
                            ") or than the memory there is");
    case ReceivedBody::Fault::no_room:
      return retry_later("the memory budget is used up");
    case ReceivedBody::Fault::bad_coding:
    case ReceivedBody::Fault::none:
      break;
  }
  return error(400, "the body is not what Content-Encoding says, or is cut off");
}

// All records of the body, or none.
Awaitable<Response> HttpSource::take_in(ReceivedBody& body, BodyForm form) {
  const std::optional<BadBody> bad = co_await check(body, form);
  if (bad) {
    const char* const place = bad->form == BodyForm::lines ? R"(,"line":)" : R"(,"element":)";
    co_return json(400, error_text(bad->why) + place + std::to_string(bad->number) + "}");
  }
  const std::uint64_t records = co_await accept(body, form);
  if (records == 0) co_return accepted(200, 0);
  switch (co_await context_.intake.durable(config_.ack_timeout)) {
    case Ack::durable:
      co_return accepted(200, records);
    case Ack::in_memory:
      co_return accepted(202, records);
    case Ack::unknown:
      break;
  }
  co_return retry_later("the records are not durable yet; they may still be delivered");
}

// Also makes each record one line, which is what streams hold.
Awaitable<std::optional<HttpSource::BadBody>> HttpSource::check(ReceivedBody& body, BodyForm form) {
  BodySplitter splitter(body.view(), form);
  std::size_t turn_end = turn_bytes;
  while (const std::optional<Element> element = splitter.next()) {
    std::optional<std::string> why = check_record(element->bytes);
    if (why) co_return BadBody{std::move(*why), form, element->number};
    if (form == BodyForm::json) {
      const auto begin = static_cast<std::size_t>(element->bytes.data() - body.view().data());
      join_lines(body.bytes().subspan(begin, element->bytes.size()));
    }
    if (splitter.position() < turn_end) continue;
    turn_end = splitter.position() + turn_bytes;
    co_await let_others_run();
  }
  if (splitter.fault().empty()) co_return std::nullopt;
  co_return BadBody{std::string(splitter.fault()), form, splitter.number()};
}

std::optional<std::string> HttpSource::check_record(std::string_view json) {
  if (json.size() > config_.max_record.bytes) {
    return "the record is longer than max_record (" + config::to_string(config_.max_record) + ")";
  }
  const record::ParseError error = record_.parse(json, WallTime());
  if (error == record::ParseError::none) return std::nullopt;
  return "this is not one JSON object: " + std::string(record::name(error));
}

Awaitable<std::uint64_t> HttpSource::accept(ReceivedBody& body, BodyForm form) {
  BodySplitter splitter(body.view(), form);
  std::uint64_t records = 0;
  std::size_t turn_end = turn_bytes;
  while (const std::optional<Element> element = splitter.next()) {
    context_.intake.accept(component::Frame{element->bytes});
    ++records;
    if (splitter.position() < turn_end) continue;
    turn_end = splitter.position() + turn_bytes;
    body.release_before(splitter.position());
    co_await let_others_run();
  }
  body.release_before(body.view().size());
  co_return records;
}

Awaitable<void> HttpSource::let_others_run() {
  co_await runtime::asio::post(context_.executor, runtime::Token());
}

}  // namespace towline::http
