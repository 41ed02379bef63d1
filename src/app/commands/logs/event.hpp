// What is shown: one record, or a line that isn't one, and its time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace towline::app::logs {

struct Event {
  WallTime time{};
  std::string text;          // one JSON object on one line, or any text
  std::uint32_t stream = 0;  // local ones: which of the streams has it
};

// Takes an event; false: no more are wanted.
using TakeEvent = std::function<bool(Event)>;

// The oldest events of many that come in any order. What two streams have is there once.
class OldestEvents {
 public:
  explicit OldestEvents(std::size_t limit) : limit_(limit) {}

  void add(Event event);
  // In the order of their times. Once.
  std::vector<Event> take();
  // There were more than are kept.
  bool was_cut() const { return was_cut_; }

  static constexpr std::size_t bytes_max = std::size_t{256} << 20U;  // of their texts together

 private:
  struct Key {
    WallTime time;
    std::string_view text;  // of the first event of these that is kept: it is the last one of them to go
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  using Times = std::map<std::uint32_t, std::size_t>;  // how often, by stream

  bool is_known(const Event& event) const;
  void forget_last();

  std::size_t limit_;
  std::unordered_map<Key, Times, Hash> known_;
  std::multimap<WallTime, Event> events_;
  std::size_t bytes_ = 0;
  bool was_cut_ = false;
};

}  // namespace towline::app::logs
