// The password in an address: scheme://user:PASSWORD@host.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace towline::redact {

struct UrlPassword {
  std::size_t begin;
  std::size_t end;  // the @ before the host
};

// That of the address which the @ at `at` belongs to, if there is one. Goes back to the @ or blank before and a bounded
// number of bytes beyond, and forward to the end of user, password and host.
std::optional<UrlPassword> url_password_at(std::string_view text, std::size_t at);

}  // namespace towline::redact
