#include "sinks/cloudwatch/long_message.hpp"

#include <gtest/gtest.h>

#include "base/json_string.hpp"

namespace towline::cloudwatch {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

TEST(LongMessage, PartsFitAndMakeUpTheWhole) {
  std::string message;
  while (message.size() < 1000) message += "aä€😀";
  for (std::size_t bytes_max = 90; bytes_max < 110; ++bytes_max) {
    const std::vector<std::string> parts = split(message, 4711, bytes_max);
    std::string whole;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_LE(parts[i].size(), bytes_max);
      EXPECT_TRUE(is_utf8(parts[i]));
      const std::string mark =
          " [towline: record 4711, part " + std::to_string(i + 1) + " of " + std::to_string(parts.size()) + "]";
      ASSERT_TRUE(parts[i].ends_with(mark)) << parts[i];
      whole += parts[i].substr(0, parts[i].size() - mark.size());
    }
    EXPECT_EQ(whole, message);
  }
}

TEST(LongMessage, TheLongestMarkFits) {
  for (const std::string& part : split(std::string(message_bytes_max + 1, 'x'), UINT64_MAX))
    EXPECT_LE(part.size(), message_bytes_max);
  EXPECT_EQ(split(std::string(message_bytes_max + 1, 'x'), UINT64_MAX).size(), 2U);
}

TEST(LongMessage, ACutOneSaysSo) {
  EXPECT_EQ(truncate("0123456789abcdefghij", 17), "012[Truncated...]");
  EXPECT_EQ(truncate("01\xC3\xA4"
                     "56789abcdefghij",
                     17),
            "01[Truncated...]");
  EXPECT_EQ(truncate(std::string(2'000'000, 'x')).size(), message_bytes_max);
}

}  // namespace
}  // namespace towline::cloudwatch
