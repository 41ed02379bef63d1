#include "app/admin_gate.hpp"

#include <string>

namespace towline::app {

namespace {

using Request = net::HttpServer::Request;
using Response = net::HttpServer::Response;

Response unauthorized() {
  Response response{401, "text/plain; charset=utf-8", "This needs `Authorization: Bearer` and the admin token.\n"};
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response forbidden(std::string why) {
  return {403, "text/plain; charset=utf-8", std::move(why) + "\n"};
}

// A browser says which page makes a request that changes something. Only a page of this listener may.
bool is_foreign_page(const Request& request) {
  if (request.origin.empty()) return false;
  const std::size_t scheme_end = request.origin.find("://");
  return scheme_end == std::string_view::npos || request.origin.substr(scheme_end + 3) != request.host;
}

Secret bearer(const Secret& token) {
  return Secret("Bearer " + std::string(token.reveal()));
}

}  // namespace

Result<void> AdminGate::open() {
  if (!source_.configured()) return {};
  const Result<Secret> token = source_.read();
  if (!token) return Error{"admin.token: " + token.error().message};
  authorization_ = bearer(*token);
  return {};
}

void AdminGate::set_own_token(const Secret& token) {
  authorization_ = bearer(token);
}

// A file that can't be read at the moment changes nothing.
void AdminGate::read_again() {
  if (!source_.changed()) return;
  const Result<Secret> token = source_.read();
  if (token) authorization_ = bearer(*token);
}

std::optional<Response> AdminGate::refuse(const Request& request, Access access) {
  if (access == Access::open) return std::nullopt;
  if (access == Access::configured && !has_configured_token()) {
    if (is_foreign_page(request)) return forbidden("This is not for pages of other sites.");
    return std::nullopt;
  }
  read_again();
  if (authorization_.empty())
    return forbidden("This is never served without a token, and there is none: set admin.token.");
  if (!equals_in_constant_time(authorization_, request.authorization)) return unauthorized();
  return std::nullopt;
}

}  // namespace towline::app
