// Where records are shown.
#pragma once

#include <iosfwd>
#include <string>

namespace towline::app::logs {

// Writes, and notices when nobody reads any more.
class Output {
 public:
  Output(std::ostream& out, std::ostream& err) : out_(out), err_(err) {}

  // False: no more will be taken. What else than a reader who has gone is the reason is said on `err`.
  bool write(const std::string& text);
  bool flush();
  // A reader who has gone has seen enough: `towline logs | head`.
  int exit_code() const { return is_broken_ ? 1 : 0; }

 private:
  bool is_good();

  std::ostream& out_;
  std::ostream& err_;
  bool is_broken_ = false;
};

}  // namespace towline::app::logs
