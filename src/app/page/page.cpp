#include "app/page/page.hpp"

#include <string>

namespace towline::app {

namespace {

net::HttpServer::Response page() {
  net::HttpServer::Response response{200, "text/html; charset=utf-8", std::string(page_text)};
  response.headers.emplace_back("Content-Security-Policy", page_policy);
  response.headers.emplace_back("X-Frame-Options", "DENY");  // the policy, for browsers that don't know it
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  return response;
}

}  // namespace

AdminRoute page_route() {
  AdminRoute route{"/", Access::open, "the status page for a browser; for others this list"};
  route.get = [](const net::HttpServer::Request&) { return page(); };
  return route;
}

}  // namespace towline::app
