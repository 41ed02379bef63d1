#include "codec/framing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace towline::codec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Line {
  std::string bytes;
  FrameFault fault = FrameFault::none;
  std::uint64_t lost_bytes = 0;
  bool operator==(const Line&) const = default;
};

void PrintTo(const Line& line, std::ostream* out) {
  *out << '"' << line.bytes << "\" fault " << static_cast<int>(line.fault) << " lost " << line.lost_bytes;
}

Line copy(const Frame& frame) {
  // The padding is readable: a sanitizer would object if it were not.
  char behind[frame_padding];
  std::memcpy(behind, frame.bytes.data() + frame.bytes.size(), sizeof behind);
  return {std::string(frame.bytes), frame.fault, frame.lost_bytes};
}

// Feeds reads of `read_size` bytes (the last may be shorter); each read lies in a block that is freed afterwards.
std::vector<Line> lines(LineFramer& framer, std::string_view bytes, std::size_t read_size) {
  std::vector<Line> result;
  while (!bytes.empty()) {
    std::string block(bytes.substr(0, read_size));
    const std::size_t size = block.size();
    block.append(frame_padding, '#');
    framer.feed(std::string_view(block).substr(0, size));
    while (const auto frame = framer.next()) result.push_back(copy(*frame));
    bytes.remove_prefix(size);
  }
  return result;
}

std::vector<Line> stream(std::string_view bytes, std::size_t read_size, std::size_t max_record = 1024) {
  LineFramer framer(max_record);
  std::vector<Line> result = lines(framer, bytes, read_size);
  if (const auto frame = framer.finish()) result.push_back(copy(*frame));
  return result;
}

Line line(std::string bytes) {
  return {std::move(bytes), FrameFault::none, 0};
}
Line too_long(std::string bytes, std::uint64_t lost) {
  return {std::move(bytes), FrameFault::too_long, lost};
}
Line truncated(std::string bytes, std::uint64_t lost) {
  return {std::move(bytes), FrameFault::truncated, lost};
}

// Every property below must hold for each way to split the bytes.
class LineFramerTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::vector<Line> read(std::string_view bytes, std::size_t max_record = 1024) {
    return stream(bytes, GetParam(), max_record);
  }
};

INSTANTIATE_TEST_SUITE_P(ReadSizes, LineFramerTest, ::testing::Values(1, 2, 3, 5, 7, 1000));

TEST_P(LineFramerTest, LinesEndWithLfOrCrLf) {
  EXPECT_THAT(read("one\ntwo\r\nthree\n"), ElementsAre(line("one"), line("two"), line("three")));
}

TEST_P(LineFramerTest, ACrInsideALineBelongsToIt) {
  EXPECT_THAT(read("a\rb\n\rc\r\r\n"), ElementsAre(line("a\rb"), line("\rc\r")));
}

TEST_P(LineFramerTest, BlankLinesAreSkipped) {
  EXPECT_THAT(read("\n\r\n\none\n\n\r\n\ntwo\n\n"), ElementsAre(line("one"), line("two")));
  EXPECT_THAT(read("\n\r\n\r"), IsEmpty());
  EXPECT_THAT(read(""), IsEmpty());
}

TEST_P(LineFramerTest, TheLastLineNeedsNoNewline) {
  EXPECT_THAT(read("one\nhalf"), ElementsAre(line("one"), line("half")));
  EXPECT_THAT(read("one\nhalf\r"), ElementsAre(line("one"), line("half")));
}

TEST_P(LineFramerTest, NulAndOtherBytesAreKept) {
  const std::string odd("a\0b\xff\xef\xbb\xbf", 7);
  EXPECT_THAT(read(odd + "\n" + odd), ElementsAre(line(odd), line(odd)));
}

TEST_P(LineFramerTest, ALineOfExactlyTheLimitIsWhole) {
  EXPECT_THAT(read("12345678\n12345678\r\n12345678", 8),
              ElementsAre(line("12345678"), line("12345678"), line("12345678")));
}

TEST_P(LineFramerTest, ALongerLineIsHandedOverOnceAndTheNextIsIntact) {
  EXPECT_THAT(read("123456789\nnext\n", 8), ElementsAre(too_long("12345678", 1), line("next")));
  EXPECT_THAT(read("1234567890\r\nnext\r\n", 8), ElementsAre(too_long("12345678", 2), line("next")));
  EXPECT_THAT(read("12345678\r\r\nnext", 8), ElementsAre(too_long("12345678", 1), line("next")));
  EXPECT_THAT(read("next\n123456789", 8), ElementsAre(line("next"), too_long("12345678", 1)));
}

TEST_P(LineFramerTest, ALimitOfOne) {
  EXPECT_THAT(read("a\nbc\r\n\nd", 1), ElementsAre(line("a"), too_long("b", 1), line("d")));
}

TEST(LineFramer, EverySplitOfRandomBytesGivesTheSameLines) {
  std::mt19937 random(7);
  const std::string alphabet = "ab\r\n";
  for (int round = 0; round < 300; ++round) {
    std::string bytes(random() % 60, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return alphabet[random() % alphabet.size()]; });
    const std::size_t limit = random() % 8 + 1;
    const std::vector<Line> whole = stream(bytes, bytes.size() + 1, limit);
    for (std::size_t size = 1; size <= bytes.size(); ++size) ASSERT_EQ(whole, stream(bytes, size, limit)) << bytes;
  }
}

TEST(LineFramer, AWholeLineIsNotCopied) {
  LineFramer framer(100);
  const std::string block = "one\ntwo\n" + std::string(frame_padding, '\0');
  framer.feed(std::string_view(block).substr(0, 8));
  EXPECT_EQ(framer.next()->bytes.data(), block.data());
  EXPECT_EQ(framer.next()->bytes.data(), block.data() + 4);
  EXPECT_FALSE(framer.next());
}

TEST(LineFramer, AfterFinishItIsAsNew) {
  LineFramer framer(100);
  EXPECT_THAT(lines(framer, "half", 10), IsEmpty());
  EXPECT_EQ(framer.finish()->bytes, "half");
  EXPECT_FALSE(framer.finish());
  EXPECT_THAT(lines(framer, "next\n", 10), ElementsAre(line("next")));
  EXPECT_FALSE(framer.finish());
}

TEST(LineFramer, AnEndlessLineCostsNoMoreThanItsBeginning) {
  LineFramer framer(1 << 20);
  const std::string block(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 100; ++i) EXPECT_THAT(lines(framer, block, 65'536), IsEmpty());
  const std::vector<Line> end = lines(framer, "\nnext\n", 10);
  ASSERT_EQ(end.size(), 2U);
  EXPECT_EQ(end[0], too_long(block, 99U << 20U));
  EXPECT_EQ(end[1], line("next"));
}

std::vector<Line> datagram(LineFramer& framer, std::string_view bytes, std::uint64_t lost_bytes = 0) {
  std::vector<Line> result = lines(framer, bytes, bytes.size() + 1);
  if (const auto frame = framer.finish(lost_bytes)) result.push_back(copy(*frame));
  return result;
}

TEST(LineFramer, ADatagramEndsItsLastLine) {
  LineFramer framer(100);
  EXPECT_THAT(datagram(framer, "one\ntwo"), ElementsAre(line("one"), line("two")));
  EXPECT_THAT(datagram(framer, "three\n"), ElementsAre(line("three")));
  EXPECT_THAT(datagram(framer, ""), IsEmpty());
}

TEST(LineFramer, ACutDatagramMarksItsLastLineOnly) {
  LineFramer framer(5);
  EXPECT_THAT(datagram(framer, "one\ntw", 3), ElementsAre(line("one"), truncated("tw", 3)));
  EXPECT_THAT(datagram(framer, "whole\n", 3), ElementsAre(line("whole"), truncated("", 3)));
  EXPECT_THAT(datagram(framer, "1234567", 3), ElementsAre(truncated("12345", 5)));
  EXPECT_THAT(datagram(framer, "next"), ElementsAre(line("next")));
}

}  // namespace
}  // namespace towline::codec
