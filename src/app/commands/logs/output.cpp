#include "app/commands/logs/output.hpp"

#include <cerrno>
#include <ostream>

namespace towline::app::logs {

bool Output::write(const std::string& text) {
  errno = 0;
  out_ << text;
  return is_good();
}

bool Output::flush() {
  errno = 0;
  out_.flush();
  return is_good();
}

bool Output::is_good() {
  if (out_) return true;
  if (!is_broken_ && errno != EPIPE) {
    is_broken_ = true;
    err_ << "the output can't be written\n";
  }
  return false;
}

}  // namespace towline::app::logs
