#include "condition/glob.hpp"

#include <cstring>
#include <utility>

#include "base/check.hpp"

namespace towline::condition {

std::size_t find(std::string_view text, std::string_view what) {
  if (what.empty()) return 0;
  if (text.size() < what.size()) return std::string_view::npos;
  const void* found = ::memmem(text.data(), text.size(), what.data(), what.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

Glob::Glob(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
  CHECK(!pieces_.empty());
}

// The first and the last piece have their place; the first place of each other one leaves the most to the next.
bool Glob::matches(std::string_view text) const {
  const std::string& front = pieces_.front();
  const std::string& back = pieces_.back();
  if (pieces_.size() == 1) return text == front;
  if (text.size() < front.size() + back.size() || !text.starts_with(front) || !text.ends_with(back)) return false;
  text = text.substr(front.size(), text.size() - front.size() - back.size());
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::size_t at = find(text, pieces_[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces_[i].size());
  }
  return true;
}

}  // namespace towline::condition
