// The routes of the admin listener, a row each. Whoever has something to show makes a row of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/admin_gate.hpp"
#include "net/http_server.hpp"

namespace towline::app {

struct AdminRoute {
  std::string path;
  Access access = Access::configured;
  std::string about;                       // what it says, on one line, for the list at /
  net::HttpServer::Handler get = {};       // GET and HEAD; an answer may go on (Response::more)
  net::HttpServer::PostHandler post = {};  // POST
  std::uint64_t body_max = 0;              // of a POST, bytes
};

// Serves them, each to those whom the gate lets pass, and a list of them at /; a row for / is for those who ask for
// HTML. The gate outlives the server.
void serve_routes(net::HttpServer& server, std::vector<AdminRoute> routes, AdminGate& gate);

}  // namespace towline::app
