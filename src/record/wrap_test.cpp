// Lines that aren't one JSON object: whatever the bytes are, a valid record comes out.
#include <gtest/gtest.h>

#include <string>

#include "record/json_text.hpp"
#include "record/record.hpp"

namespace towline::record {
namespace {

using namespace std::string_literals;

constexpr std::string_view head = R"({"dt":"1970-01-01T00:00:00.000000000Z","message":)";

std::string wrapped(std::string_view text, std::uint64_t lost_bytes = 0) {
  Record record;
  record.wrap(text, "not_object", WallTime{}, lost_bytes);
  EXPECT_TRUE(record.wrapped());
  std::string out;
  record.write(out);
  EXPECT_TRUE(out.starts_with(head)) << out;
  return out.substr(head.size());
}

std::string message(std::string_view text, std::uint64_t lost_bytes = 0) {
  Record record;
  record.wrap(text, "not_object", WallTime{}, lost_bytes);
  const std::string_view value = record.value(record.find(Record::root, "message"));
  std::string decoded;
  EXPECT_TRUE(append_decoded(decoded, value.substr(1, value.size() - 2)));
  return decoded;
}

TEST(Wrap, KeepsTheTextAndSaysWhy) {
  EXPECT_EQ(wrapped("plain text"), R"("plain text","towline":{"error":"not_object"}})");
}

TEST(Wrap, EscapesWhatJsonNeedsEscaped) {
  EXPECT_EQ(wrapped("a \"b\" \\ \t \x1b[0m"), R"("a \"b\" \\ \t \u001b[0m","towline":{"error":"not_object"}})");
}

TEST(Wrap, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(message("a\xFF"
                    "b\xC3"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(message("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(Wrap, NulDoesNotEndTheText) {
  EXPECT_EQ(message("a\0b"s), "a\0b"s);
}

TEST(Wrap, SkipsAByteOrderMark) {
  EXPECT_EQ(message("\xEF\xBB\xBFtext"), "text");
}

TEST(Wrap, EmptyText) {
  EXPECT_EQ(message(""), "");
}

TEST(Wrap, AllPairsOfBytesGiveAValidRecord) {
  Record record;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      record.wrap(text, "c", WallTime{});
      ASSERT_NE(record.find(Record::root, "towline"), no_node);
    }
  }
}

TEST(Wrap, ACutLineLosesItsLastWordsToo) {
  std::string text;
  while (text.size() < 4000) text += "word ";
  const std::string kept = message(text + "4111 1111 1111 1", 10);
  EXPECT_LE(kept.size(), text.size() + 16 - Record::cut_max / 2);
  EXPECT_GE(kept.size(), text.size() + 16 - Record::cut_max);
  EXPECT_TRUE(text.starts_with(kept));
  EXPECT_TRUE(kept.ends_with("word")) << "it ends with a whole word";
  const std::string missing = std::to_string(text.size() + 16 - kept.size() + 10);
  EXPECT_TRUE(wrapped(text + "4111 1111 1111 1", 10).ends_with("\"truncated_bytes\":" + missing + "}}"));
}

TEST(Wrap, ACutNeverFallsIntoARunOfDigits) {
  for (const std::string number : {"4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "4111-1111-1111-1111"}) {
    for (std::size_t behind = 0; behind < 1100; ++behind) {
      const std::string text = std::string(3000, 'y') + " " + number + " " + std::string(behind, 'z');
      const std::string kept = message(text, 1);
      const std::size_t begin = 3001;
      EXPECT_TRUE(kept.size() <= begin || kept.size() >= begin + number.size()) << number << " " << behind;
    }
  }
}

TEST(Wrap, ACutNeverFallsIntoAWordOrANumberAmongCapitals) {
  for (const std::string secret : {"ghp_aB3dE5fGhIjKlMnOpQrStUvWxYzabcdefgH7", "ANN@EXAMPLE.COM",
                                   "GB82 WEST 1234 5698 7654 32", "4111 1111 1111 1111"}) {
    for (std::size_t behind = 0; behind < 1100; ++behind) {
      const std::string before = std::string(3000, 'y') + " DECLINED KEY OR CARD ";
      const std::string text = before + secret + " AT TERMINAL 77 OF MERCHANT 12 AND" + std::string(behind, 'z');
      const std::size_t kept = message(text, 1).size();
      EXPECT_TRUE(kept <= before.size() || kept >= before.size() + secret.size()) << secret << " " << behind;
    }
  }
}

TEST(Wrap, ACutLineWithoutWordsLosesAllThatMayBeLeftOut) {
  EXPECT_EQ(message(std::string(3000, 'x'), 1), std::string(3000 - Record::cut_max, 'x'));
  EXPECT_EQ(message(std::string(Record::cut_max, 'x'), 1), "");
  EXPECT_EQ(message("short", 1), "");
}

}  // namespace
}  // namespace towline::record
