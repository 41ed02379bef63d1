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
  });
}

// Its beginning is found in one reading, the other one goes too deep.
TEST(Torn, WhatCannotBeReadToItsEndIsUnexaminable) {
  expect_texts({{R"(eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz_\u001b\\u005b\\u0033%\\u0032\\u0035%331mkTC_7shyqB4dub ok)",
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
