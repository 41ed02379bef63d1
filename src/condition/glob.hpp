// A text with stars, each of which stands for any text, also for none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace towline::condition {

// Where `what` first stands in `text`; npos where it doesn't. The time is linear whatever the texts are.
std::size_t find(std::string_view text, std::string_view what);

class Glob {
 public:
  // What stands before, between and behind the stars; one piece for a text without stars.
  explicit Glob(std::vector<std::string> pieces);

  // Whether the whole text is of this form.
  bool matches(std::string_view text) const;

 private:
  std::vector<std::string> pieces_;
};

}  // namespace towline::condition
