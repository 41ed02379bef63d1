#include "app/printable.hpp"

#include <gtest/gtest.h>

namespace towline::app {
namespace {

TEST(Printable, ReplacesWhatSteersATerminal) {
  EXPECT_EQ(printable("a b\xC3\xA9\xE2\x82\xAC"), "a b\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(printable("\x1B[31m"), "\xEF\xBF\xBD[31m");
  EXPECT_EQ(printable("a\nb\tc\x7F"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\xEF\xBF\xBD");
  EXPECT_EQ(printable("a\tb", Tabs::kept), "a\tb");
  EXPECT_EQ(printable("\xC2\x9B"
                      "1m\xC2\xA0"),
            "\xEF\xBF\xBD"
            "1m\xC2\xA0");
}

TEST(Printable, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(printable("\xFF\xC3"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\xEF\xBF\xBD");
  EXPECT_EQ(printable("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(printable(""), "");
}

}  // namespace
}  // namespace towline::app
