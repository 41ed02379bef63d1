// One blocking request after the other, by http or https: for what is asked seldom, on a thread that may wait. What
// must not wait goes through Outbound.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "net/http_message.hpp"
#include "net/outbound.hpp"

namespace towline::net {

// Keeps its connections from request to request. Used by one thread at a time.
class Fetcher {
 public:
  // Ends within `limit`, or soon after `stop` asks for it: then the error is `timeout`. Of the options' times only
  // connect_timeout counts. Redirects are not followed, and hosts that are near are never asked through a proxy.
  HttpReply fetch(HttpRequest request, const HttpOptions& options, Duration limit, const std::stop_token& stop = {});

 private:
  std::unique_ptr<Outbound> outbound_;
};

// Is this host the machine itself or on its link? localhost, 127.0.0.0/8, ::1, 169.254.0.0/16, fe80::/10, and
// fd00:ec2::/32, which is AWS' own of the kind.
bool is_near(const std::string& host);

}  // namespace towline::net
