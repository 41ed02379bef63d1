// Base64 and hex in several lines, and base64 of little text.
#include <gtest/gtest.h>

#include <string>

#include "base/json_string.hpp"
#include "record/json_text.hpp"
#include "transforms/redact/encodings_test_support.hpp"
#include "transforms/redact/redact.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

// What becomes of a text as the value of a member.
std::string redacted(const std::string& text) {
  static const auto step = transforms::make_step(step_type, "{}");
  std::string json = "{\"m\":";
  append_json_string(json, text);
  const std::string out = transforms::apply_step(*step, json + "}");
  EXPECT_EQ(transforms::apply_step(*step, out), out) << "redacting twice is redacting once: " << text;
  std::string decoded;
  EXPECT_TRUE(record::append_decoded(decoded, std::string_view(out).substr(6, out.size() - 8)));
  return decoded;
}

std::string in_lines(const std::string& encoded, std::size_t width, const std::string& line_break) {
  std::string lines;
  for (std::size_t at = 0; at < encoded.size(); at += width)
    lines += (at == 0 ? "" : line_break) + encoded.substr(at, width);
  return lines;
}

// With the address at each place in the lines.
TEST(Base64, InLines) {
  for (const std::string line_break : {"\n", "\r\n", "\n   ", "\\n", "\\r\\n\\t", "%0A", "&#10;"}) {
    for (std::size_t before = 20; before < 100; before += 3) {
      for (const Encode encode : {as_base64, as_hex}) {
        const std::string text = std::string(before, ' ') + "zoe.planted@example.com " + std::string(60, '.');
        const std::string lines = in_lines(encode(text), before % 2 == 0 ? 64 : 76, line_break);
        const std::string out = redacted("mail: " + lines + "\n-- \nbye");
        ASSERT_EQ(out, "mail: [REDACTED:email]\n-- \nbye") << lines;
      }
    }
  }
}

TEST(Base64, ManyValuesOnLinesOfTheirOwn) {
  const std::string card = as_base64("a 4111111111111111");
  EXPECT_EQ(redacted(card + "\n" + card + "\n" + card + " ok").find(card), std::string::npos);
  const std::string harmless = in_lines(as_base64(std::string(200, 'x') + " and nothing to hide"), 76, "\n");
  EXPECT_EQ(redacted(harmless), harmless);
}

// Of which no three groups of four characters in a row are ASCII.
TEST(Base64, OfTextBeyondAscii) {
  const std::string quoted = "\xE2\x80\x9C";
  for (const std::string before : {"", "\xC3\xA9", "a\xC3\xA9", "\xF0\x9F\x93\xA7", "x"}) {
    for (const Encode encode : {as_base64, as_base64url}) {
      const std::string encoded = encode(before + quoted + "ann@x.de" + quoted);
      EXPECT_EQ(redacted(encoded), "[REDACTED:email]") << before;
      EXPECT_EQ(redacted("ref=" + encoded + "&x=1"), "ref=[REDACTED:email]&x=1") << before;
    }
  }
  EXPECT_EQ(redacted(as_base64("\xC3\xBC ann@x.de\x1B[0m")), "[REDACTED:email]");
}

}  // namespace
}  // namespace towline::redact
