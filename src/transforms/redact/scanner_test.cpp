#include "transforms/redact/scanner.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "transforms/redact/detectors/detectors.hpp"

namespace towline::redact {
namespace {

using Found = std::vector<std::pair<std::string, std::string>>;  // detector, text

Found found_in(const Scanner& scanner, std::string_view text) {
  Found found;
  for (const Match& match : scanner.matches()) {
    found.emplace_back(match.detector->name, text.substr(match.begin, match.end - match.begin));
  }
  return found;
}

TEST(Scanner, PartsOfAMarkedTextAreTextsOfTheirOwn) {
  Scanner scanner(default_detectors());
  const std::string whole = R"({"a":"ann@example.com","b":"nothing here","c":"4111 1111 1111 1111 bob@example.com"})";
  ASSERT_TRUE(scanner.mark(whole));
  const auto scan_part = [&](std::string_view part) {
    const std::size_t begin = whole.find(part);
    const bool any = scanner.scan_part(whole, begin, begin + part.size());
    EXPECT_EQ(any, !scanner.matches().empty());
    return found_in(scanner, part);
  };
  EXPECT_EQ(scan_part("ann@example.com"), (Found{{"email", "ann@example.com"}}));
  EXPECT_EQ(scan_part("nothing here"), Found());
  EXPECT_EQ(scan_part("4111 1111 1111 1111 bob@example.com"),
            (Found{{"card", "4111 1111 1111 1111"}, {"email", "bob@example.com"}}));
  EXPECT_EQ(scan_part("1111 1111 1111 bob@example.com"), (Found{{"email", "bob@example.com"}}));
}

// Detectors see nothing of the strings beside their own.
TEST(Scanner, APartEndsWhereItEnds) {
  Scanner scanner(default_detectors());
  const std::string whole = "4111 1111 1111 1111, ann@example.com";
  ASSERT_TRUE(scanner.mark(whole));
  EXPECT_FALSE(scanner.scan_part(whole, 0, 18));
  EXPECT_FALSE(scanner.scan_part(whole, 21, 29));
  EXPECT_TRUE(scanner.scan_part(whole, 23, whole.size()));
}

TEST(Scanner, SaysWhereTheNextMarkIs) {
  Scanner scanner(default_detectors());
  const std::string whole = std::string(200, '_') + "ann@example.com" + std::string(200, '_');
  ASSERT_TRUE(scanner.mark(whole));
  EXPECT_EQ(scanner.next_mark(0, whole.size()), 203U);
  EXPECT_EQ(scanner.next_mark(203, whole.size()), 203U);
  EXPECT_EQ(scanner.next_mark(204, whole.size()), whole.size());
  EXPECT_EQ(scanner.next_mark(0, 203), 203U);
  EXPECT_EQ(scanner.next_mark(0, 100), 100U);
  EXPECT_FALSE(scanner.mark("nothing to see"));
  EXPECT_EQ(scanner.next_mark(0, 14), 14U);
}

TEST(Scanner, MarkingDoesNotDisturbAScanNorTheOtherWayRound) {
  Scanner scanner(default_detectors());
  const std::string whole = "ann@example.com";
  scanner.mark(whole);
  EXPECT_TRUE(scanner.scan("4111111111111111"));
  EXPECT_TRUE(scanner.scan_part(whole, 0, whole.size()));
  EXPECT_EQ(found_in(scanner, whole), (Found{{"email", "ann@example.com"}}));
}

// The name is that of what hides everything, and of those the one that stands first in the catalogue.
TEST(Scanner, WhatOverlapsHasOneName) {
  Scanner scanner(default_detectors());
  ASSERT_TRUE(scanner.scan("token=q8Zk2mXw91Lt@example.com"));
  ASSERT_EQ(scanner.matches().size(), 1U);
  EXPECT_EQ(scanner.matches()[0].detector, &generic_secret);
  ASSERT_TRUE(scanner.scan("secret=ghp_abcdefghijklmnopqrstuvwxyz0123456789"));
  ASSERT_EQ(scanner.matches().size(), 1U);
  EXPECT_EQ(scanner.matches()[0].detector, &github_token);
}

TEST(Scanner, SettlesWhatAReplacementBringsToLight) {
  Scanner scanner(default_detectors());
  std::string text = "AKIAIOSFODNN7EXAMPLEgldt-qrstuvwxyz0123456789";
  scanner.settle(text);
  EXPECT_EQ(text, "[REDACTED:aws_access_key][REDACTED:gitlab_token]");
}

}  // namespace
}  // namespace towline::redact
