// Escapes in the middle of other escapes, of control sequences, and of what is to be found.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json_string.hpp"
#include "record/json_text.hpp"
#include "transforms/redact/encodings_test_support.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

// What becomes of each text as the value of a member.
void expect_texts(const std::vector<std::pair<std::string, std::string>>& cases) {
  const auto step = transforms::make_step(step_type, "{}");
  for (const auto& [text, expected] : cases) {
    std::string json = "{\"m\":";
    append_json_string(json, text);
    const std::string out = transforms::apply_step(*step, json + "}");
    EXPECT_EQ(transforms::apply_step(*step, out), out) << "redacting twice is redacting once: " << text;
    std::string decoded;
    EXPECT_TRUE(record::append_decoded(decoded, std::string_view(out).substr(6, out.size() - 8)));
    EXPECT_EQ(decoded, expected) << text;
  }
}

// An escape in an escape, and another reading of the same.
TEST(Torn, Escapes) {
  expect_texts({
      {R"(&#5\u0032;111111111111111)", "[REDACTED:card]"},
      {R"(&#5\u0032;&#49;11111111111111)", "[REDACTED:card]"},
      {"&#52%31%31%31111111111111", "[REDACTED:card]"},
      {R"(ann&#6\u0034;example.com)", "a***@example.com"},
      {"ann&#x4%30;example.com", "a***@example.com"},
      {R"(ann\10%30example.com)", "a***@example.com"},
      {R"(ann&#6%3\u0034;example.com)", "a***@example.com"},
      {R"(ann&#6&#x3\u0034;;example.com)", "a***@example.com"},
      {R"(ann&#x&#52;%3\u0030;example.com)", "a***@example.com"},
      {R"(4111&#3\u0032;1111&#3\u0032;1111&#32;1111 &#5%32;111111111111111)", "[REDACTED:card] [REDACTED:card]"},
  });
}

TEST(Torn, ControlSequences) {
  expect_texts({
      {"\x1B[\\u0033%30m4111111111111111", "\x1B[\\u0033%30m[REDACTED:card]"},
      {"\x1B\\u005b2K4111111111111111", "\x1B\\u005b2K[REDACTED:card]"},
      {"\x1B[2\\u004b4111111111111111", "\x1B[2\\u004b[REDACTED:card]"},
      {"\\u001b[\\u0033%30m4111111111111111", "\\u001b[\\u0033%30m[REDACTED:card]"},
      {"ann\x1B]0;%0a\x07@example.com", "a***@example.com"},
      {"ann\x1B]0;t\\u0007@example.com", "a***@example.com"},
      {"ann\x1B]8;;http://x\x1B\\nadia@example.com", "a***@example.com"},
      {"ann\x1B[3\\&#x75;0031m@example.com", "a***@example.com"},
      {"\x1B[3%3&#49;m4111111111111111", "\x1B[3%3&#49;m[REDACTED:card]"},
  });
}

TEST(Torn, ControlSequencesThatAreNoColours) {
  for (const std::string between : {"\x1B(B",
                                    "\x1B(B\x1B[m",
                                    "\x1B=",
                                    "\x1BM",
                                    "\x1B%G",
                                    "\x1BPq;1\x1B\\",
                                    "\x1B_x\xC2\x9C",
                                    "\x1BXa\ab\x1B\\",
                                    "\x1B^x\x1B\\",
                                    "\xC2\x9B\x6D",
                                    "\xC2\x9B\x33\x31m",
                                    "\xC2\x9D\x30;t\a",
                                    "\xC2\x84",
                                    "\\u009b31m",
                                    "%C2%9B31m",
                                    "\x1B\\",
                                    "\xC2\x9C",
                                    "\\u001b^x\xC2\x9C",
                                    "\\u001b]0;t\x1B\\",
                                    "\x1B\\u0028B",
                                    "\x1B%28B"})
    expect_texts({{"ann" + between + "@example.com", "a***@example.com"},
                  {"5500005555" + between + "555559 ok", "[REDACTED:card] ok"}});
  EXPECT_EQ(transforms::apply_step(*transforms::make_step(step_type, "{}"), R"(api_key =\u001b[3&#49;m hunter2 ok)")
                .find("hunter2"),
            std::string::npos);
  expect_texts({{"550000&#x1b;&#95;x\x1B\\&#53;555555559", "[REDACTED:card]"}});
  expect_texts({{"zoe.&#x1b;&#95;x\x1B\\fann@example.com", "z***@example.com"}});
  expect_texts({{"550000&#5\x1B_x\x1B\\3;555555559", "[REDACTED:card]"}});
  EXPECT_EQ(transforms::apply_step(*transforms::make_step(step_type, "{}"), "api_key =\x1B(B\x1B[m hunter2 ok")
                .find("hunter2"),
            std::string::npos);
  expect_texts({{R"(5500005555\u001b%5Fx\u001b\u0025\u0035%63555559 ok)", "[REDACTED:card] ok"}});
  // Who doesn't know the function 1 sees a digit.
  expect_texts({{"\x1B"
                 "5500005555555559",
                 "\x1B[REDACTED:card]"},
                {"\x1B(030) 901820", "\x1B[REDACTED:phone]"}});
}

// JSON needn't escape them.
TEST(Torn, ControlCharactersBeyondAscii) {
  const auto step = transforms::make_step(step_type, "{}");
  const auto redacted = [&](const std::string& text) {
    return transforms::apply_step(*step, "{\"m\":\"" + text + "\"}");
  };
  EXPECT_EQ(redacted("ann\xC2\x9B"
                     "31m@example.com"),
            R"({"m":"a***@example.com"})");
  EXPECT_EQ(redacted("550000\xC2\x9D"
                     "0;t\xC2\x9C"
                     "5555555559"),
            R"({"m":"[REDACTED:card]"})");
  const std::string harmless =
      "\xC2\xA7 5\xC2\xA0"
      "500\xC2\x85\xC2\x9Bx";
  EXPECT_EQ(redacted(harmless), "{\"m\":\"" + harmless + "\"}");
}

// Its beginning is found in one reading, the other one goes too deep.
TEST(Torn, WhatCannotBeReadToItsEndIsUnexaminable) {
  expect_texts(
      {{R"(eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz_\u001b\\u005b\\u0033%\\u0032\\u0035%25252525331mkTC_7shyqB4dub ok)",
        "[REDACTED:unexaminable]"}});
}

TEST(Torn, ControlSequencesInBase64AndHex) {
  for (const Encode encode : {as_base64, as_base64url, as_hex})
    expect_texts({{encode("mail ann\x1B[31m@example.com or so"), "[REDACTED:email]"},
                  {encode("mail ann\x1B]0;t\x07@example.com"), "[REDACTED:email]"}});
}

// The rest of it would be recognised alone, too.
TEST(Torn, WhatIsEscapedInPartGoesAsAWhole) {
  expect_texts({
      {R"(to ann\u002Ebob@example.com)", "to a***@example.com"},
      {R"(to ann\x2Ebob@example.com)", "to a***@example.com"},
      {R"(to ann\\u002Ebob@example.com)", "to a***@example.com"},
      {"to ann&#46;bob@example.com", "to a***@example.com"},
      {"to zoe.ann\x1B[1;38;5;208mbob@example.com", "to z***@example.com"},
      {"Bearer ME.3rl5B7&#75;Ro_4jj&#107;RdPc5j7iR ok", "Bearer [REDACTED:bearer] ok"},
      {R"(Bearer ME.3rl5B7-\u0031Hrk9D\u0030iRkJK91Orlnu2GnpY)", "Bearer [REDACTED:bearer]"},
      {"ann@example.com%20x", "a***@example.com%20x"},
      {R"(ann@example.com\nx)", R"(a***@example.com\nx)"},
      {"caf%20ann@example.com", "c***@example.com"},
  });
}

}  // namespace
}  // namespace towline::redact
