#include "codec/page_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace towline::codec {
namespace {

TEST(PageBuffer, GathersAndKeepsZeroesBehind) {
  PageBuffer buffer;
  EXPECT_TRUE(buffer.view().empty());
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string piece = std::to_string(i) + std::string(static_cast<std::size_t>(i % 700), 'x');
    buffer.append(piece);
    expected += piece;
  }
  EXPECT_EQ(buffer.view(), expected);
  const char* const end = buffer.view().data() + buffer.size();
  EXPECT_TRUE(std::all_of(end, end + PageBuffer::padding, [](char c) { return c == '\0'; }));
}

TEST(PageBuffer, APageThatIsJustFullHasItsPaddingToo) {
  PageBuffer buffer;
  buffer.append(std::string(65536, 'x'));
  EXPECT_EQ(*(buffer.view().data() + buffer.size() + PageBuffer::padding - 1), '\0');
}

TEST(PageBuffer, GivesBackItsFrontAndKeepsTheRest) {
  PageBuffer buffer;
  buffer.append(std::string(100'000, 'a') + std::string(100'000, 'b'));
  buffer.release_before(100'000);
  EXPECT_EQ(buffer.view()[0], '\0') << "its page is gone";
  EXPECT_EQ(buffer.view().substr(100'000), std::string(100'000, 'b'));
  buffer.release_before(50);
  buffer.release_before(1'000'000);
  EXPECT_EQ(buffer.view().back(), 'b') << "the last page is not whole";
}

}  // namespace
}  // namespace towline::codec
