#include "app/audit_view.hpp"

#include <gtest/gtest.h>

namespace towline::app {
namespace {

using Row = telemetry::Audit::Row;

constexpr WallTime noon{std::chrono::seconds{1'795'176'000}};

std::vector<Row> example() {
  return {Row{"clean", "email", "user.mail", 12'345, noon, noon + std::chrono::milliseconds(1500)},
          Row{"clean", "card", "items.*.\"no\"", 2, noon, noon}};
}

TEST(AuditView, HasAJsonForm) {
  EXPECT_EQ(audit_json(example()),
            R"({"redactions":[)"
            R"({"transform":"clean","field":"user.mail","detector":"email","count":12345,)"
            R"("first":"2026-11-20T12:00:00.000000000Z","last":"2026-11-20T12:00:01.500000000Z"},)"
            R"({"transform":"clean","field":"items.*.\"no\"","detector":"card","count":2,)"
            R"("first":"2026-11-20T12:00:00.000000000Z","last":"2026-11-20T12:00:00.000000000Z"}]})"
            "\n");
  EXPECT_EQ(audit_json({}), "{\"redactions\":[]}\n");
}

TEST(AuditView, ReadsBackWhatItWrote) {
  const Result<std::vector<AuditLine>> lines = read_audit(audit_json(example()));
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 2U);
  const AuditLine expected{
      "clean", "items.*.\"no\"", "card", 2, "2026-11-20T12:00:00.000000000Z", "2026-11-20T12:00:00.000000000Z"};
  EXPECT_EQ((*lines)[1], expected);
}

TEST(AuditView, RefusesWhatIsNotAnAudit) {
  for (const char* text : {"", "[]", "{}", "null", "<html>", R"({"redactions":{}})", R"({"redactions":[1]})",
                           R"({"redactions":[{"transform":"a","field":"b","detector":"c","count":-1,)"
                           R"("first":"","last":""}]})",
                           R"({"redactions":[{"transform":"a","field":"b","detector":"c","count":1,"first":""}]})"}) {
    const Result<std::vector<AuditLine>> lines = read_audit(text);
    ASSERT_FALSE(lines) << text;
    EXPECT_EQ(lines.error().message, "the answer is not an audit");
  }
}

TEST(AuditView, HasATableForPeopleAndPipes) {
  const Result<std::vector<AuditLine>> lines = read_audit(audit_json(example()));
  ASSERT_TRUE(lines);
  EXPECT_EQ(
      audit_table(*lines),
      "transform  field         detector  count  first                           last\n"
      "clean      user.mail     email     12345  2026-11-20T12:00:00.000000000Z  2026-11-20T12:00:01.500000000Z\n"
      "clean      items.*.\"no\"  card          2  2026-11-20T12:00:00.000000000Z  2026-11-20T12:00:00.000000000Z\n");
  EXPECT_EQ(audit_table({}), "transform  field  detector  count  first  last\n");
}

TEST(AuditView, TheTableSteersNoTerminal) {
  const std::string table = audit_table(
      {{"t", "a\x1B[2J\nb\xC2\x9B\x7F", "\xFF", 1, "f", "l"}, {"t", "gr\xC3\xBC\xC3\x9F", "e", 1, "f", "l"}});
  EXPECT_EQ(table,
            "transform  field      detector  count  first  last\n"
            "t          a\xEF\xBF\xBD[2J\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD  \xEF\xBF\xBD             1  f      l\n"
            "t          gr\xC3\xBC\xC3\x9F       e             1  f      l\n");
}

}  // namespace
}  // namespace towline::app
