// The token that the daemon makes for itself where `admin.token` isn't set: random, new at each start, in a file that
// only its user can read. Whoever can read it may see records; the same user could read the daemon's memory anyway.
//
// Where it is, PORT being that of the admin listener:
//   $RUNTIME_DIRECTORY/PORT.token         set by systemd (RuntimeDirectory=)
//   $XDG_RUNTIME_DIR/towline/PORT.token   in a user's session
//   /tmp/towline-UID/PORT.token           else
// The commands look for it in the last two and in /run/towline, and take the newest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "config/node.hpp"

namespace towline::app {

class OwnToken {
 public:
  OwnToken() = default;
  ~OwnToken();
  OwnToken(const OwnToken&) = delete;
  OwnToken& operator=(const OwnToken&) = delete;

  // Makes a token and its file, which goes with this object. Error: no directory will have it.
  Result<Secret> make(std::uint16_t port, const config::Environment& environment);

  const std::string& path() const { return path_; }

 private:
  std::string path_;  // empty: none
  std::uint64_t inode_ = 0;
};

// The token of a daemon of this user that listens on this port. Error: there is none that can be read; says where it
// was looked for.
Result<Secret> find_own_token(std::uint16_t port, const config::Environment& environment);

}  // namespace towline::app
