// Reads server-sent events out of the bytes of an answer, however they are split.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace towline::app {

class EventReader {
 public:
  struct Event {
    std::string name = {};  // empty where the event has none
    std::string data = {};
  };

  void add(std::string_view bytes) { unread_ += bytes; }
  // The next whole event; comments are skipped.
  std::optional<Event> next();

 private:
  std::optional<std::string> next_line();

  std::string unread_;
  std::size_t begin_ = 0;  // of what is unread
  Event event_;
};

}  // namespace towline::app
