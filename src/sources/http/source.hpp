// Source of type http: takes records by POST and answers when they are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "component/source.hpp"
#include "net/http_server.hpp"
#include "record/record.hpp"
#include "sources/http/body_splitter.hpp"
#include "sources/http/config.hpp"
#include "sources/http/received_body.hpp"

namespace towline::http {

// Lives as component::Source says; used on its shard's thread.
class HttpSource final : public component::Source {
 public:
  HttpSource(const HttpSourceConfig& config, component::SourceContext context);

  Result<void> open() override;
  std::string address() const override { return server_.address(); }
  void start() override { server_.start(); }
  // Requests that have begun are answered, also those of clients whom the kernel has already connected.
  void stop_accepting() override { server_.stop_accepting(); }
  void close() override { server_.stop(); }
  bool idle() const override { return server_.idle(); }

 private:
  using Request = net::HttpServer::Request;
  using Response = net::HttpServer::Response;

  // Why a body is refused, and which line or element of it is to blame.
  struct BadBody {
    std::string why;
    BodyForm form = BodyForm::lines;
    std::size_t number = 0;
  };

  void count_answer(unsigned status);
  bool authorized(std::string_view authorization);

  runtime::Awaitable<Response> handle(const Request& request, net::HttpServer::Body& body);
  runtime::Awaitable<Response> take_in(ReceivedBody& body, BodyForm form);
  runtime::Awaitable<std::optional<BadBody>> check(ReceivedBody& body, BodyForm form);
  runtime::Awaitable<std::uint64_t> accept(ReceivedBody& body, BodyForm form);
  std::optional<std::string> check_record(std::string_view json);
  runtime::Awaitable<void> let_others_run();

  Response refused(const ReceivedBody& body) const;

  const HttpSourceConfig config_;
  const component::SourceContext context_;
  config::SecretSource token_;
  Secret expected_authorization_;
  record::Record record_;  // for the check; reused
  net::HttpServer server_;
};

}  // namespace towline::http
