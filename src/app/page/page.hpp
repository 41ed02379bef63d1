// The status page: one self-contained document that asks for nothing but this listener's own routes. It holds no data
// and no secret, so everybody may have it. Its parts are the files beside this one; cmake/embed_page.cmake joins them.
#pragma once

#include <string_view>

#include "app/admin_routes.hpp"

namespace towline::app {

extern const std::string_view page_text;
extern const std::string_view page_policy;  // the Content-Security-Policy that it needs

// A browser gets it at /; who doesn't ask for HTML gets the list of the routes.
AdminRoute page_route();

}  // namespace towline::app
