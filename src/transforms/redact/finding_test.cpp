#include "transforms/redact/finding.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace towline::redact {
namespace {

constexpr Rule masked{"masked", Action::mask, nullptr};
constexpr Rule redacted{"redacted", Action::redact, nullptr};

std::vector<Finding> merged(std::vector<Finding> findings) {
  merge_overlaps(findings);
  return findings;
}

void expect_one(const std::vector<Finding>& findings, const Finding& expected) {
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].begin, expected.begin);
  EXPECT_EQ(findings[0].end, expected.end);
  EXPECT_EQ(findings[0].rule, expected.rule);
  EXPECT_EQ(findings[0].whole, expected.whole);
  EXPECT_EQ(findings[0].value_end, expected.value_end);
}

TEST(MergeOverlaps, PutsThemInOrder) {
  const std::vector<Finding> findings = merged({{5, 7, &masked}, {0, 2, &redacted}, {2, 5, &masked}});
  ASSERT_EQ(findings.size(), 3U);
  for (std::size_t i = 1; i < findings.size(); ++i) EXPECT_EQ(findings[i].begin, findings[i - 1].end);
  EXPECT_TRUE(findings[1].whole);
  EXPECT_TRUE(merged({}).empty());
}

TEST(MergeOverlaps, TheStrongestActionCounts) {
  expect_one(merged({{0, 4, &masked}, {2, 6, &redacted}}), {0, 6, &redacted, false});
  expect_one(merged({{0, 4, &redacted}, {2, 6, &masked}}), {0, 6, &redacted, false});
  expect_one(merged({{0, 4, &masked}, {0, 4, &redacted}}), {0, 4, &redacted, true});
  expect_one(merged({{0, 4, &masked}, {1, 3, &redacted}}), {0, 4, &redacted, false});
}

// A mask of a part would show what the others hide.
TEST(MergeOverlaps, OfTheSameRuleTheOneThatHoldsTheOther) {
  expect_one(merged({{0, 4, &masked, true, 1, 2}, {1, 3, &masked, false, 2, 3}}), {0, 4, &masked, true, 1, 2});
  expect_one(merged({{0, 3, &masked, false, 1, 2}, {0, 4, &masked, true, 2, 3}}), {0, 4, &masked, true, 2, 3});
  expect_one(merged({{0, 4, &masked, true, 1, 2}, {0, 4, &masked, false, 2, 3}}), {0, 4, &masked, true, 1, 2});
  expect_one(merged({{0, 4, &masked, false}, {1, 3, &masked, true}}), {0, 4, &masked, false});
  expect_one(merged({{0, 4, &masked}, {2, 6, &masked}}), {0, 6, &masked, false});
  expect_one(merged({{0, 4, &masked}, {2, 6, &masked}, {3, 5, &masked}}), {0, 6, &masked, false});
}

}  // namespace
}  // namespace towline::redact
