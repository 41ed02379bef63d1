#include "sinks/cloudwatch/put_body.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.hpp"
#include "record/json_text.hpp"
#include "record/limits.hpp"
#include "record/record.hpp"

namespace towline::cloudwatch {
namespace {

using record::NodeId;
using record::Record;

const Destination place{"/app/\"x\"", "web-1"};

std::string written(PutBody& body, const Destination& destination, const std::vector<Event>& events) {
  std::string text;
  body.write(destination, events, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string text_of(const Record& record, NodeId object, std::string_view key) {
  std::string decoded;
  const std::string_view json = record.value(record.find(object, key));
  EXPECT_TRUE(record::append_decoded(decoded, json.substr(1, json.size() - 2)));
  return decoded;
}

TEST(PutBody, IsTheCallInItsShortestForm) {
  const std::vector<Event> events{{1795176000123, R"({"a":"b\n"})", nullptr, 0}, {-5, "plain", nullptr, 1}};
  PutBody body;
  EXPECT_EQ(written(body, {"g", "s"}, events),
            R"({"logGroupName":"g","logStreamName":"s","logEvents":[)"
            R"({"timestamp":1795176000123,"message":"{\"a\":\"b\\n\"}"},{"timestamp":-5,"message":"plain"}]})");
  EXPECT_EQ(written(body, {"g", "s"}, {}), R"({"logGroupName":"g","logStreamName":"s","logEvents":[]})");
}

// Whatever a message holds, it is in the text again.
TEST(PutBody, AReaderOfJsonFindsTheMessages) {
  SeededRandom random(5);
  const std::vector<std::string> pieces{"\"", "\\",      "\n",      std::string(1, '\0'), "\t", "\x7F", "a", "ä",
                                        "😀",  "\\u0041", "{\"k\":", std::string(300, 'y')};
  PutBody body;
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> messages(1 + random.below(20));
    std::vector<Event> events;
    for (std::string& message : messages) {
      for (std::uint64_t n = 1 + random.below(30); n > 0; --n) message += pieces[random.below(pieces.size())];
      events.push_back({static_cast<std::int64_t>(events.size()), message, nullptr, 0});
    }
    std::string text = written(body, place, events);
    const std::size_t size = text.size();
    text.append(record::padding, ' ');
    Record record;
    ASSERT_EQ(record.parse(std::string_view(text).substr(0, size), {}), record::ParseError::none);
    EXPECT_EQ(text_of(record, Record::root, "logGroupName"), place.group);
    EXPECT_EQ(text_of(record, Record::root, "logStreamName"), place.stream);
    std::size_t index = 0;
    NodeId event = record.first_child(record.find(Record::root, "logEvents"));
    for (; event != record::no_node; event = record.next_sibling(event), ++index) {
      ASSERT_LT(index, messages.size());
      EXPECT_EQ(record.value(record.find(event, "timestamp")), std::to_string(index));
      EXPECT_EQ(text_of(record, event, "message"), messages[index]);
    }
    EXPECT_EQ(index, messages.size());
    if (round % 10 == 0) body.release();
  }
}

TEST(PutBody, ComesInPieces) {
  const std::string message(1000, 'm');
  const std::vector<Event> events(1000, {1, message, nullptr, 0});
  std::vector<std::size_t> sizes;
  PutBody().write(place, events, [&](std::string_view piece) { sizes.push_back(piece.size()); });
  ASSERT_EQ(sizes.size(), 4U);
  for (const std::size_t size : sizes) EXPECT_LE(size, PutBody::run_bytes + 1100);
}

TEST(PutBody, AMessageOfNothingButEscapesFindsRoom) {
  const std::string controls(message_bytes_max, '\x01');
  const std::string quotes(message_bytes_max, '"');
  for (const std::string& message : {controls, quotes}) {
    const std::vector<Event> events{{1, message, nullptr, 0}};
    const std::size_t each = message.front() == '"' ? 2 : 6;
    PutBody body;
    EXPECT_GE(written(body, place, events).size(), each * message.size());
  }
}

}  // namespace
}  // namespace towline::cloudwatch
