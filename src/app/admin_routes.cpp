#include "app/admin_routes.hpp"

#include <algorithm>
#include <utility>

#include "base/version.hpp"

namespace towline::app {

namespace {

using net::HttpServer;
using Request = HttpServer::Request;
using Response = HttpServer::Response;

constexpr std::size_t path_width = 15;

std::string list_of(const std::vector<AdminRoute>& routes) {
  std::string text = "towline " + std::string(version()) + "\n\n";
  for (const AdminRoute& route : routes) {
    text += route.path;
    text.append(path_width - std::min(path_width - 1, route.path.size()), ' ');
    text += route.about + '\n';
  }
  return text;
}

HttpServer::Handler list_handler(const std::vector<AdminRoute>& routes) {
  return [text = list_of(routes)](const Request&) { return Response{200, "text/plain; charset=utf-8", text}; };
}

// A browser gets the page, `curl` the list.
HttpServer::Handler page_or_list(HttpServer::Handler page, HttpServer::Handler list) {
  return [page = std::move(page), list = std::move(list)](const Request& request) {
    return request.accept.find("text/html") == std::string_view::npos ? list(request) : page(request);
  };
}

HttpServer::Handler guarded(HttpServer::Handler handler, AdminGate& gate, Access access) {
  return [handler = std::move(handler), &gate, access](const Request& request) {
    std::optional<Response> refused = gate.refuse(request, access);
    return refused ? std::move(*refused) : handler(request);
  };
}

runtime::Awaitable<Response> answer(Response response) {
  co_return response;
}

HttpServer::PostHandler guarded(HttpServer::PostHandler handler, AdminGate& gate, Access access) {
  return [handler = std::move(handler), &gate, access](const Request& request, HttpServer::Body& body) {
    std::optional<Response> refused = gate.refuse(request, access);
    return refused ? answer(std::move(*refused)) : handler(request, body);
  };
}

}  // namespace

void serve_routes(HttpServer& server, std::vector<AdminRoute> routes, AdminGate& gate) {
  HttpServer::Handler list = list_handler(routes);
  const auto first = std::ranges::find(routes, "/", &AdminRoute::path);
  if (first == routes.end()) {
    routes.push_back({"/", Access::open, "this list", std::move(list)});
  } else {
    first->get = page_or_list(std::move(first->get), std::move(list));
  }
  for (AdminRoute& route : routes) {
    if (route.get) server.get(route.path, guarded(std::move(route.get), gate, route.access));
    if (route.post) server.post(route.path, route.body_max, guarded(std::move(route.post), gate, route.access));
  }
}

}  // namespace towline::app
