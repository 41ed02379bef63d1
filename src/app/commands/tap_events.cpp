#include "app/commands/tap_events.hpp"

#include <utility>

namespace towline::app {

std::optional<std::string> EventReader::next_line() {
  const std::size_t end = unread_.find('\n', begin_);
  if (end == std::string::npos) {
    unread_.erase(0, std::exchange(begin_, 0));
    return std::nullopt;
  }
  std::string line = unread_.substr(begin_, end - begin_);
  begin_ = end + 1;
  return line;
}

std::optional<EventReader::Event> EventReader::next() {
  while (const std::optional<std::string> line = next_line()) {
    const std::string_view text = *line;
    if (text.starts_with("data: ")) event_.data += text.substr(6);
    if (text.starts_with("event: ")) event_.name = text.substr(7);
    if (!text.empty()) continue;
    Event whole = std::exchange(event_, {});
    if (!whole.data.empty()) return whole;
  }
  return std::nullopt;
}

}  // namespace towline::app
