// CHECK: an invariant whose failure is a bug in towline itself. It aborts, in release builds too.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace towline::base {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "towline: internal error: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace towline::base

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::towline::base::check_failed(#condition, __FILE__, __LINE__))
