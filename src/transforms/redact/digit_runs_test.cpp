#include "transforms/redact/digit_runs.hpp"

#include <gtest/gtest.h>

#include "transforms/redact/detectors/characters.hpp"

namespace towline::redact {
namespace {

// Asks about the first run in the text that has a digit in it.
bool may_hold(std::string_view text) {
  std::size_t begin = text.find_first_of(digit_set);
  const std::size_t end = skip(text, begin, in_digit_run);
  while (begin > 0 && in_digit_run(text[begin - 1])) --begin;
  return may_hold_number(text, begin, end);
}

TEST(DigitRuns, NineDigitsMayBeANumber) {
  for (const char* text : {"123456789", "tel (020) 79-46/0958", "4111 1111 1111 1111", "x 123456789 y", "_123456789_",
                           "12345678\xC2\xA0"
                           "9"}) {
    EXPECT_TRUE(may_hold(text)) << text;
  }
  for (const char* text : {"12345678", "2026-11-2", "(  -  ) 1  -", "1234-5678"}) EXPECT_FALSE(may_hold(text)) << text;
}

TEST(DigitRuns, DigitsOfWordsDontCount) {
  for (const char* text : {"a123456789", "123456789a", "f1234567890123456789 12", "12 34567890123e",
                           "a1234567-12345678", "96308112-2345678b-11", "u1234-5678-9012345b"}) {
    EXPECT_FALSE(may_hold(text)) << text;
  }
  for (const char* text : {"a1 123456789", "123456789 1a", "a1-536-22-8726-2b", "\\n123456789", "\x1B[m123456789"}) {
    EXPECT_TRUE(may_hold(text)) << text;
  }
}

TEST(DigitRuns, TheFirstTrackOfAMagneticStripe) {
  EXPECT_TRUE(may_hold("%B4111111111111111^X/Y^"));
  EXPECT_FALSE(may_hold("B4111111111111111^X/Y^"));
}

TEST(DigitRuns, NumbersThatGoBeyond) {
  const std::string_view text = "+4930901820 12a 030.901820 1234567b c1234567 030.9";
  const auto asks_about = [&](std::string_view run) {
    const std::size_t begin = text.find(run);
    return goes_beyond(text, begin, begin + run.size());
  };
  EXPECT_TRUE(asks_about("4930901820 12"));
  EXPECT_TRUE(asks_about("901820 1234567"));
  EXPECT_TRUE(asks_about("1234567 030"));
  EXPECT_FALSE(asks_about(" 12"));
  EXPECT_FALSE(goes_beyond("123456789", 0, 9));
  EXPECT_TRUE(may_hold_number("c1234567 030.9", 1, 12)) << "what is a word's may be before the dot of another";
}

// Asks about the run with dots that the text is.
bool may_hold_dotted(std::string_view text) {
  const std::size_t begin = text.find_first_not_of("x");
  return may_hold_dotted_number(text, begin, skip(text, begin, in_dotted_run));
}

TEST(DigitRuns, NumbersWithDots) {
  for (const char* text :
       {"202.555-0172", "(202) 555.0172", "030.901820", "030.90 18 20", "x030/901.820x", " 01.23 45 67 89 "})
    EXPECT_TRUE(may_hold_dotted(text)) << text;
  for (const char* text : {"10.12.33.101", "10.12.33.101 - - ", "1763658342.123", "0.123456789", "00.123456789",
                           "2026-11-20.", " 202.555.0172 ", "12.5 7.25", "030/901820", ".030/901820."})
    EXPECT_FALSE(may_hold_dotted(text)) << text;
}

}  // namespace
}  // namespace towline::redact
