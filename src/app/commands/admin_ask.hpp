// How the commands ask the running daemon's admin listener, with the token where there is one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/node.hpp"
#include "config/secret_source.hpp"
#include "net/http_ask.hpp"

namespace towline::app {

// Where the daemon is, and what it wants to see.
struct AdminAddress {
  std::string url = {};                          // of the admin listener; empty: see admin_url()
  std::optional<std::string> admin_listen = {};  // value of TOWLINE_ADMIN_LISTEN
  config::SecretSource token = {};               // see admin_token()
};

// The token in `file`; where that is empty, what TOWLINE_ADMIN_TOKEN says, or the file that TOWLINE_ADMIN_TOKEN_FILE
// names; else not configured.
config::SecretSource admin_token(const std::string& file, const config::Environment& environment);

// Headers with it; none where there is none. Error: its file can't be read.
Result<std::vector<std::pair<std::string, std::string>>> authorization(config::SecretSource token);

// What the daemon answers to `method` at `path` ("/ledger?x=1"). Error, for a person: it can't be reached, or wants a
// token (401).
Result<net::HttpAnswer> ask_admin(const AdminAddress& address, const std::string& path, Duration timeout,
                                  std::string_view method = "GET");

// What to say when it can't be reached, and when it answers 401.
Error unreachable(const Error& why);
Error token_needed(const std::string& url);

}  // namespace towline::app
