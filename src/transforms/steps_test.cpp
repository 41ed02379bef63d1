// Steps after each other on one record.
#include <gtest/gtest.h>

#include <string>

#include "transforms/redact/redact.hpp"
#include "transforms/rename/rename.hpp"
#include "transforms/set/set.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::transforms {
namespace {

TEST(Steps, RedactionExaminesWhatEarlierStepsDid) {
  const auto setting = make_step(set::step_type, "{contact: ops@example.com, token: x, a.b: '4111111111111111'}");
  const auto renaming = make_step(rename::step_type, "{x: password, mail: to.whom}");
  const auto redaction = make_step(redact::step_type, "{}");
  std::string text = R"({"x":"hunter2","mail":"ann@example.com"})";
  const std::size_t size = text.size();
  text.append(record::padding, '\0');
  record::Record record;
  ASSERT_EQ(record.parse(std::string_view(text).substr(0, size), {}), record::ParseError::none);
  setting->apply(record);
  renaming->apply(record);
  redaction->apply(record);
  std::string out;
  record.write(out);
  EXPECT_EQ(out, R"({"password":"[REDACTED:field]","contact":"o***@example.com","token":"[REDACTED:field]",)"
                 R"("a":{"b":"[REDACTED:card]"},"to":{"whom":"a***@example.com"}})");
}

TEST(Steps, TheTextOfAWrappedLineIsExaminedWhereverItWasMoved) {
  const auto renaming = make_step(rename::step_type, "{message: raw.text}");
  const auto redaction = make_step(redact::step_type, "{}");
  record::Record record;
  record.wrap("login with password=hunter2", "not_object", {});
  renaming->apply(record);
  redaction->apply(record);
  std::string out;
  record.write(out);
  EXPECT_NE(out.find(R"("raw":{"text":"login with password=[REDACTED:field]"})"), std::string::npos) << out;
}

}  // namespace
}  // namespace towline::transforms
