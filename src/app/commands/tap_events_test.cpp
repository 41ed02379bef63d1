#include "app/commands/tap_events.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace towline::app {
namespace {

constexpr std::string_view answer =
    ":\n\ndata: {\"a\":1}\n\nevent: note\ndata: {\"skipped\":3}\n\n:\n\ndata: {\"b\":\"data: x\"}\n\ndata: {\"half";

std::vector<std::string> read(std::size_t piece) {
  EventReader reader;
  std::vector<std::string> events;
  for (std::size_t i = 0; i < answer.size(); i += piece) {
    reader.add(answer.substr(i, piece));
    while (const std::optional<EventReader::Event> event = reader.next())
      events.push_back(event->name + "|" + event->data);
  }
  return events;
}

TEST(EventReader, GivesWholeEventsHoweverTheyAreSplit) {
  const std::vector<std::string> expected{"|{\"a\":1}", "note|{\"skipped\":3}", "|{\"b\":\"data: x\"}"};
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, answer.size()})
    EXPECT_EQ(read(piece), expected) << piece;
}

}  // namespace
}  // namespace towline::app
