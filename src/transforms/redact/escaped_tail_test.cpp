#include "transforms/redact/escaped_tail.hpp"

#include <gtest/gtest.h>

#include <string>

#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

std::string tail(const std::string& text) {
  return text.substr(0, escaped_tail_end(text, 1));
}

TEST(EscapedTail, GoesOnBehindEscapesOfTokens) {
  EXPECT_EQ(tail("a%34bc ok"), "a%34bc");
  EXPECT_EQ(tail("a%2534bc ok"), "a%2534bc");
  EXPECT_EQ(tail("a\\u0034b\\x35c ok"), "a\\u0034b\\x35c");
  EXPECT_EQ(tail("a\\\\\\u0034b,c"), "a\\\\\\u0034b");
  EXPECT_EQ(tail("a&#52;b&#x34c;d \""), "a&#52;b");
  EXPECT_EQ(tail("a&amp;#52;b"), "a&amp;#52;b");
}

TEST(EscapedTail, EndsWhereTheValueDoes) {
  for (const char* text : {"a", "abc", "a bc", "a%20b", "a%26b", "a\\nb", "a\\u0020b", "a\\", "a%", "a%4", "a&b=c",
                           "a&#32;b", "a&", "a&amp;b", "a\\u00"}) {
    EXPECT_EQ(tail(text), "a") << text;
  }
}

std::string redacted(const std::string& text) {
  return transforms::apply_step(step_type, "{}", "{\"m\":\"" + text + "\"}");
}

TEST(EscapedTail, NothingOfAValueStays) {
  EXPECT_EQ(redacted("key sk-F4nnSxysSmAhkHnNpumnV%7a%4c8x5TQ2uBVsCSoILXVWoK1Xv ok"),
            R"({"m":"key [REDACTED:vendor_key] ok"})");
  EXPECT_EQ(redacted(R"(Bearer abcdefghijklmn0123\\u0034ghijklmnopqrstuv, x)"),
            R"({"m":"Bearer [REDACTED:bearer], x"})");
  EXPECT_EQ(redacted("ann@example.com%20x"), R"({"m":"a***@example.com%20x"})");
}

}  // namespace
}  // namespace towline::redact
