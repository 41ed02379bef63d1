#include "telemetry/audit.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace towline::telemetry {
namespace {

constexpr WallTime at(int second) {
  return WallTime(std::chrono::seconds(1'795'176'000 + second));
}

TEST(Audit, CountsAndKnowsTheFirstAndTheLastTime) {
  Audit audit;
  Audit::Entry& entry = audit.add("clean", "email", "user.mail");
  EXPECT_TRUE(audit.rows().empty());  // nothing was redacted there yet
  entry.add(at(5));
  entry.add(at(7));
  entry.add(at(9));
  const std::vector<Audit::Row> rows = audit.rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].transform, "clean");
  EXPECT_EQ(rows[0].detector, "email");
  EXPECT_EQ(rows[0].field, "user.mail");
  EXPECT_EQ(rows[0].count, 3U);
  EXPECT_EQ(rows[0].first, at(5));
  EXPECT_EQ(rows[0].last, at(9));
}

TEST(Audit, SortsByTransformFieldAndDetector) {
  Audit audit;
  for (const auto& [transform, detector, field] :
       {std::tuple{"b", "email", "a"}, {"a", "jwt", "b"}, {"a", "email", "b"}, {"a", "jwt", "a"}}) {
    audit.add(transform, detector, field).add(at(0));
  }
  std::string order;
  for (const Audit::Row& row : audit.rows()) order += row.transform + row.field + row.detector + " ";
  EXPECT_EQ(order, "aajwt abemail abjwt baemail ");
}

TEST(Audit, EntriesStayWhereTheyAre) {
  Audit audit;
  Audit::Entry& first = audit.add("t", "card", "first");
  for (int i = 0; i < 10'000; ++i) audit.add("t", "card", "f" + std::to_string(i));
  first.add(at(1));
  ASSERT_EQ(audit.rows().size(), 1U);
  EXPECT_EQ(audit.rows()[0].field, "first");
}

TEST(Audit, ARowIsWholeWhileOthersCount) {
  Audit audit;
  constexpr int each = 20'000;
  Audit::Entry& shared = audit.add("t", "email", "shared");
  const auto count = [&](const char* field) {
    Audit::Entry& own = audit.add("t", "email", field);
    for (int i = 1; i <= each; ++i) {
      own.add(at(i));
      shared.add(at(i));
    }
  };
  std::thread one(count, "one");
  std::thread two(count, "two");
  for (std::uint64_t seen = 0; seen < 2 * each;) {
    for (const Audit::Row& row : audit.rows()) {
      if (row.field == "shared") seen = row.count;
      ASSERT_GE(row.first, at(1));
      ASSERT_GE(row.last, at(1));
    }
  }
  one.join();
  two.join();
  ASSERT_EQ(audit.rows().size(), 3U);
  EXPECT_EQ(audit.rows()[0].count, static_cast<std::uint64_t>(each));
  EXPECT_EQ(audit.rows()[1].count, 2U * each);
}

}  // namespace
}  // namespace towline::telemetry
