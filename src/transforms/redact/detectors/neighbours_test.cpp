// Detectors beside each other: whatever stands next to what, redacting twice is redacting once, and no text takes long.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/scanner.hpp"

namespace towline::redact {
namespace {

std::string redact(const std::string& text) {
  static Scanner scanner(default_detectors());
  std::string out;
  scanner.scan(text);
  scanner.append_redacted(text, out);
  return out;
}

// What one detector hides may not be what kept another from finding something. Where it is all the same,
// Scanner::settle goes on until nothing changes.
std::string settled(const std::string& text) {
  static Scanner scanner(default_detectors());
  std::string out = redact(text);
  scanner.settle(out);
  return out;
}

TEST(Neighbours, RedactingTwiceIsRedactingOnce) {
  const std::string pieces[] = {"4111111111111111",
                                "4111 1111 1111 1111",
                                "41 11 11 11 11 11 11 11",
                                "536-22-8726",
                                "ann@example.com",
                                "AKIAIOSFODNN7EXAMPLE",
                                "Bearer abcdef0123456789",
                                "12",
                                "1234",
                                "x",
                                "030 901820",
                                "202-555-0172",
                                "token=q8Zk2mXw91Lt"};
  for (const std::string& a : pieces) {
    for (const std::string between : {" ", ".", ",", "-", "_", ":", "|", "/", "\\n", "\x1B[1m"}) {
      for (const std::string& b : pieces) {
        for (const std::string& c : pieces) {
          const std::string once = settled(a + between + b + between + c);
          ASSERT_EQ(redact(once), once) << a + between + b + between + c;
        }
      }
    }
  }
}

// Every example next to every other one, with nothing or little between them.
TEST(Neighbours, ExamplesOfAllPairs) {
  for (const Detector* first : default_detectors()) {
    for (const Detector* second : default_detectors()) {
      for (const std::string between : {"", " ", ",", "@", "://"}) {
        const std::string text = std::string(first->examples[0].text) + between + std::string(second->examples[0].text);
        const std::string once = settled(text);
        ASSERT_EQ(redact(once), once) << text;
      }
    }
  }
}

// Texts made to cost as much as possible, for each detector its anchors and its examples cut short. If one took
// quadratic time this would run for hours; bench/redact_bench --hostile measures how it grows.
TEST(Neighbours, HostileTextsComeToAnEnd) {
  Scanner scanner(all_detectors);
  const auto repeat = [&](std::string_view piece) {
    if (piece.empty()) return;
    std::string text;
    while (text.size() < 200'000) text += piece;
    scanner.scan(text);
    EXPECT_LE(scanner.matches().size(), Scanner::matches_max);
  };
  for (const Detector* detector : all_detectors) {
    for (const Anchor& anchor : detector->anchors) {
      std::string piece;
      for (const std::string_view set : {anchor.first, anchor.second, anchor.third, anchor.fourth}) {
        piece += set.empty() ? 'a' : set.front();
      }
      repeat(piece);
    }
    const std::string_view example = detector->examples[0].text;
    repeat(example.substr(0, example.size() / 2));
    repeat(example.substr(0, example.size() - 1));
  }
}

}  // namespace
}  // namespace towline::redact
