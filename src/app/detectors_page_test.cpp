#include "app/detectors_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "transforms/redact/detectors/detectors.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DetectorsPage, HasASectionForEachWithAllThatItsRowSays) {
  const std::string page = detectors_page();
  for (const redact::Detector* detector : redact::all_detectors) {
    EXPECT_THAT(page, HasSubstr("\n## " + std::string(detector->name) + "\n\n"));
    EXPECT_THAT(page, HasSubstr(std::string(detector->description)));
    EXPECT_THAT(page, HasSubstr(std::string(detector->validation)));
  }
  EXPECT_THAT(page, HasSubstr("\n| `user@example.com` | `u***@example.com` |\n"));
  EXPECT_THAT(page, HasSubstr("\n- `user@localhost`\n"));
}

TEST(DetectorsPage, SaysWhichAreOff) {
  EXPECT_THAT(detectors_page(), HasSubstr("\n| [ipv4](#ipv4) | off | IPv4 addresses. |\n"));
  EXPECT_THAT(detectors_page(), HasSubstr("\n| [email](#email) | on | "));
}

// A table's row is one line, and its cells are divided by bars.
TEST(DetectorsPage, KeepsExamplesInTheirCells) {
  const std::string page = detectors_page();
  EXPECT_THAT(page, HasSubstr("| `-----BEGIN RSA PRIVATE KEY-----↵MIIBOgIBAAJBAKj34Gkx↵"));
  EXPECT_THAT(page, HasSubstr("| `Bearer 1\\|abcdef"));
  EXPECT_THAT(page, HasSubstr("`DE89⍽3704⍽0044⍽0532⍽0130⍽00`"));
  EXPECT_THAT(page, Not(HasSubstr("\xC2\xA0")));
}

}  // namespace
}  // namespace towline::app
