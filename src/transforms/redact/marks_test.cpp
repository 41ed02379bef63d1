#include "transforms/redact/marks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.hpp"

namespace towline::redact {
namespace {

std::vector<std::size_t> all(Marks& marks, Marks::Kind kind, std::string_view text) {
  std::vector<std::size_t> found;
  marks.search(text);
  for (std::size_t at = marks.next(kind, 0, text.size()); at != Marks::none; at = marks.next(kind, at + 1, text.size()))
    found.push_back(at);
  return found;
}

using Places = std::vector<std::size_t>;

TEST(Marks, Escapes) {
  Marks marks(false);
  EXPECT_EQ(all(marks, Marks::escape, "a%40b"), Places{1});
  EXPECT_EQ(all(marks, Marks::escape, "a%u0040b"), Places{1});
  EXPECT_EQ(all(marks, Marks::escape, "a&#64;b &amp; c"), (Places{1, 8}));
  EXPECT_EQ(all(marks, Marks::escape, "4111+1111+1111"), (Places{4, 9}));
  EXPECT_EQ(all(marks, Marks::escape,
                "\xC2\xA7 a\xC2\x9B"
                "1m\xC2\x9D"),
            (Places{4, 8}));
  for (const char* text : {"\xC2\xA0\xC2\x85", "\xC3\x9B", "100% of", "%4", "%", "a & b", "&", "a+b", "12:00:00+00:00",
                           "+12345", "123+", "%zz"}) {
    EXPECT_EQ(all(marks, Marks::escape, text), Places{}) << text;
    EXPECT_FALSE(marks.search(text)) << text;
  }
}

TEST(Marks, Base64OfText) {
  Marks marks(true);
  EXPECT_EQ(all(marks, Marks::base64, "x=bWFpbCB0byBhbm4="), Places{2});  // mail to ann
  EXPECT_EQ(all(marks, Marks::base64, "/v1/bWFpbCB0byBhbm5AZXhhbXBsZS5jb20"), (Places{4, 8, 12, 16, 20}));
  for (const char* text :
       {"550e8400-e29b-41d4-a716-446655440000", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "application/environment/production", "bWFpbCB0byBh", "bWFpbCB0byBh bm5A", ""}) {
    if (std::string_view(text).starts_with("bWFpbCB0byBh")) {
      EXPECT_EQ(all(marks, Marks::base64, text), Places{0}) << text;
    } else {
      EXPECT_EQ(all(marks, Marks::base64, text), Places{}) << text;
    }
  }
  Marks without(false);
  EXPECT_FALSE(without.search("x=bWFpbCB0byBhbm4="));
}

TEST(Marks, Base64OfTextBeyondAscii) {
  Marks marks(true);
  EXPECT_EQ(all(marks, Marks::base64, "x=4oCcYW5uQHguZGXigJ0="), Places{6}) << "a quoted address";
  EXPECT_EQ(all(marks, Marks::base64, "x=YW5uQHguZGXigJ0="), Places{2});
  EXPECT_EQ(all(marks, Marks::base64, "x=YW5uQHguZMOp"), Places{2}) << "the character ends the run";
  EXPECT_EQ(all(marks, Marks::base64, "4oCcYW5uQHgu"), Places{4});
  for (const char* text : {"YW5uQHguZP8A", "/wAAYW5uQHguAAAA", "gIAAYW5uQHguAAAA", "YW5uQHgu", "=YW5uQHgu="})
    EXPECT_EQ(all(marks, Marks::base64, text), Places{}) << text;
}

TEST(Marks, HexOfText) {
  Marks marks(true);
  EXPECT_EQ(all(marks, Marks::hex, "id 616e6e406578616d706c652e636f6d"), (Places{3, 5, 7, 9}));
  EXPECT_EQ(all(marks, Marks::hex, "61 6e 6e 40 65 78 61 6d 70 6c 65 2e"), Places{});
  EXPECT_EQ(all(marks, Marks::hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), Places{});
}

TEST(Marks, TheNextOfAnyKind) {
  Marks marks(true);
  const std::string text = std::string(100, 'x') + "%40" + std::string(100, 'x') + " bWFpbCB0byBhbm4=";
  EXPECT_TRUE(marks.search(text));
  EXPECT_EQ(marks.next(0, text.size()), 100U);
  EXPECT_EQ(marks.next(100, text.size()), 100U);
  EXPECT_EQ(marks.next(0, 100), 100U);
  EXPECT_EQ(marks.next(101, text.size()), 204U);
  EXPECT_EQ(marks.next(205, text.size()), text.size());
  EXPECT_FALSE(marks.search("xx"));
  EXPECT_EQ(marks.next(0, 2), 2U);
}

// Across the borders of blocks, with every distance to them.
void expect_the_same(FindMarks find_marks) {
  Marks fast(true, find_marks);
  Marks portable(true, find_marks_portable);
  SeededRandom random(11);
  static constexpr std::string_view likely = "bWFpbCB0byBhbm5AZXhhbXBsZS5jb2066e40%4+&#112\xC2\x9B";
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::uint64_t left = random.below(300); left > 0; --left) {
      text += random.below(8) == 0 ? static_cast<char>(random.below(256)) : likely[random.below(likely.size())];
    }
    text += "bWFpbCB0byBhbm5A %40 616e6e406578616d706c652e636f6d";
    for (const Marks::Kind kind : {Marks::escape, Marks::base64, Marks::hex}) {
      const Places found = all(portable, kind, text);
      EXPECT_FALSE(found.empty());
      EXPECT_EQ(all(fast, kind, text), found);
    }
  }
}

TEST(Marks, AllWaysFindTheSameAtEveryPlace) {
  for (const FindMarks find_marks : {fast_find_marks(), avx2_find_marks(), avx512_find_marks()}) {
    if (find_marks != nullptr) expect_the_same(find_marks);
  }
}

}  // namespace
}  // namespace towline::redact
