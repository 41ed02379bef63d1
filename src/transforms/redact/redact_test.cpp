#include "transforms/redact/redact.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/json_string.hpp"
#include "base/random.hpp"
#include "transforms/step_test_support.hpp"

namespace towline::redact {
namespace {

std::string redact(const std::string& json, const std::string& yaml = "{}") {
  return transforms::apply_step(step_type, yaml, json);
}
std::string problems(const std::string& yaml) {
  return transforms::problems_of(step_type, yaml);
}

TEST(Redact, WhatIsHarmlessIsIdentical) {
  const std::string json =
      R"({ "a" : 18446744073709551615, "b":"caf\u00e9 \"x\"\n", "c":[1e400,{ }],"d":"a@b" ,"e":4111111111111112})";
  EXPECT_EQ(redact(json), json);
}

TEST(Redact, SensitiveFieldsGoWhateverTheirValueIs) {
  EXPECT_EQ(
      redact(R"({"password":"x","a":{"Token": 1,"b":[{"apiKey":{"c":[1,2]}},{"secret":[1]}]},"cookie":true})"),
      R"({"password":"[REDACTED:field]","a":{"Token": "[REDACTED:field]","b":[{"apiKey":"[REDACTED:field]"},{"secret":"[REDACTED:field]"}]},)"
      R"("cookie":"[REDACTED:field]"})");
  EXPECT_EQ(redact(R"({"password":null,"token":"[REDACTED:field]"})"),
            R"({"password":null,"token":"[REDACTED:field]"})");
  EXPECT_EQ(redact(R"({"p\u0061ssword":"x","password":"y"})"),
            R"({"p\u0061ssword":"[REDACTED:field]","password":"[REDACTED:field]"})");
  EXPECT_EQ(redact(R"({"token":"[REDACTED: or is it"})"), R"({"token":"[REDACTED:field]"})");
  EXPECT_EQ(redact(R"({"token":"[REDACTED:hunter2]"})"), R"({"token":"[REDACTED:field]"})");
}

TEST(Redact, DetectorsSeeAllStrings) {
  EXPECT_EQ(redact(R"({"m":"to ann@example.com","l":["bob@example.com",["4111111111111111"]],"m":"536-22-8726"})"),
            R"({"m":"to a***@example.com","l":["b***@example.com",["[REDACTED:card]"]],"m":"[REDACTED:us_ssn]"})");
}

TEST(Redact, DetectorsSeeTheDecodedValue) {
  EXPECT_EQ(redact(R"({"m":"ann\u0040example.com"})"), R"({"m":"a***@example.com"})");
  EXPECT_EQ(redact(R"({"m":"\u0034111 1111\t1111 \"4111111111111111\""})"),
            R"({"m":"4111 1111\t1111 \"[REDACTED:card]\""})");
  EXPECT_EQ(redact(R"({"m":"line\nBearer abcdef0123456789"})"), R"({"m":"line\nBearer [REDACTED:bearer]"})");
}

TEST(Redact, DetectorsSeeKeys) {
  EXPECT_EQ(redact(R"({"ann@example.com":1,"ann\u0040example.com": {"4111111111111111":"x"}})"),
            R"({"a***@example.com":1,"a***@example.com": {"[REDACTED:card]":"x"}})");
}

TEST(Redact, CardsAsNumbers) {
  EXPECT_EQ(redact(R"({"pan":4111111111111111,"l":[-4111111111111111, 4111111111111111.0]})"),
            R"({"pan":"[REDACTED:card]","l":["[REDACTED:card]", "[REDACTED:card]"]})");
  const std::string harmless =
      R"({"a":4111111111111112,"b":4111111111111111.5,"c":4111111111111111e1,"d":1795194342123456789})";
  EXPECT_EQ(redact(harmless), harmless);
}

TEST(Redact, GiantsAndOrdinaryRecordsInTurn) {
  const auto step = transforms::make_step(step_type, "{}");
  const std::string words(600'000, 'x');
  EXPECT_EQ(transforms::apply_step(*step, "{\"m\":\"" + words + "\\n ann@example.com\"}"),
            "{\"m\":\"" + words + "\\n a***@example.com\"}");
  EXPECT_NE(transforms::apply_step(*step, words + " password=x").find("password=[REDACTED:field]"), std::string::npos);
  EXPECT_EQ(transforms::apply_step(*step, R"({"m":"ann@example.com"})"), R"({"m":"a***@example.com"})");
}

TEST(Redact, TheConfigurationChooses) {
  const std::string json = R"({"m":"ann@example.com 4111111111111111","password":"a","pin":"b","o":{"token":"c"}})";
  EXPECT_EQ(
      redact(json, "{detect: [card]}"),
      R"({"m":"ann@example.com [REDACTED:card]","password":"[REDACTED:field]","pin":"b","o":{"token":"[REDACTED:field]"}})");
  EXPECT_EQ(
      redact(json, "{detect: [], fields: [pin, o.token]}"),
      R"({"m":"ann@example.com 4111111111111111","password":"a","pin":"[REDACTED:field]","o":{"token":"[REDACTED:field]"}})");
  EXPECT_EQ(
      redact(json, "{detect: [], fields: [], extra_fields: ['*.token', p*]}"),
      R"({"m":"ann@example.com 4111111111111111","password":"[REDACTED:field]","pin":"[REDACTED:field]","o":{"token":"[REDACTED:field]"}})");
  EXPECT_EQ(redact(R"({"pan":4111111111111111})", "{detect: [email]}"), R"({"pan":4111111111111111})");
}

TEST(Redact, ChecksItsConfiguration) {
  EXPECT_EQ(problems("{}"), "");
  EXPECT_NE(problems("{detect: [emial]}").find("email"), std::string::npos) << "with a suggestion";
  EXPECT_NE(problems("{fields: ['a*b']}").find("not the name of a field"), std::string::npos);
  EXPECT_NE(problems("{fields: ['a..b']}"), "");
  EXPECT_NE(problems("{mask: x}"), "");
}

TEST(Redact, LinesThatAreNoRecords) {
  const auto message = [](const std::string& out) {
    const std::size_t begin = out.find("\"message\":") + 10;
    return out.substr(begin, out.find(",\"towline\"") - begin);
  };
  EXPECT_EQ(message(redact("login of ann@example.com with password=hunter2")),
            R"("login of a***@example.com with password=[REDACTED:field]")");
  EXPECT_EQ(message(redact(R"({"password":"hunter2","broken)")), R"("{\"password\":\"[REDACTED:field]\",\"broken")");
  EXPECT_EQ(message(redact(R"({"m":"ann\u0040example.com")")), R"("{\"m\":\"a***@example.com\"")");
  EXPECT_EQ(message(redact("nothing \"special\"")), R"("nothing \"special\"")");
  EXPECT_EQ(message(redact("pin=1234 acct=5 a=6", "{fields: [user.pin, 'acct.*', 'x.0']}")),
            R"("pin=[REDACTED:field] acct=[REDACTED:field] a=6")");
}

TEST(Redact, CountsByDetectorAndField) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{fields: [password, x.y]}", surroundings);
  transforms::apply_step(
      *step, R"({"m":"ann@example.com bob@example.com","l":[{"p":"4111111111111111"}],"password":1,"x":{"y":2}})");
  transforms::apply_step(*step, R"({"ann@example.com":{"password":1},"n":4111111111111111})");
  transforms::apply_step(*step, "password=x");
  const auto count = [&](std::string_view detector, std::string_view field) {
    return surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", detector, field});
  };
  EXPECT_EQ(count("email", "m"), 2U);
  EXPECT_EQ(count("card", "l.*.p"), 1U);
  EXPECT_EQ(count("card", "n"), 1U);
  EXPECT_EQ(count("field", "password"), 1U);
  EXPECT_EQ(count("field", "x.y"), 1U);
  EXPECT_EQ(count("email", "*"), 1U);
  EXPECT_EQ(count("field", "*.password"), 1U) << "no address in a label";
  EXPECT_EQ(count("field", "message"), 1U);
}

TEST(Redact, CountsInABoundedNumberOfFields) {
  transforms::Surroundings surroundings;
  const auto step = transforms::make_step(step_type, "{}", surroundings);
  for (std::size_t i = 0; i < Counts::fields_max + 10; ++i) {
    transforms::apply_step(*step, "{\"key" + std::to_string(i) + "\":\"ann@example.com\"}");
  }
  EXPECT_EQ(surroundings.metrics.sum(telemetry::MetricId::redactions, {"test", "email", "other"}), 10U);
}

// Secrets planted at random places of random records, in all the forms that a JSON writer may give them.
class Planting {
 public:
  explicit Planting(std::uint64_t seed) : random_(seed) {}

  std::string record(const std::string& secret) {
    secret_ = secret;
    return "{" + key() + ":" + value(3) + "," + string(planted()) + ":1," + key() + ":" + string(planted()) + "," +
           key() + ":" + value(3) + "}";
  }

 private:
  std::string words() {
    static constexpr const char* choices[] = {"",  "order", "x",     "caf\xC3\xA9", "\"", "\\",
                                              "{", "\n",    "17:05", "a-b",         "#"};
    std::string text;
    for (std::uint64_t left = random_.below(4); left > 0; --left) text += std::string(choices[random_.below(11)]) + " ";
    return text;
  }
  std::string planted() { return words() + " " + secret_ + " " + words(); }
  std::string key() { return string("k" + words()); }
  std::string value(int depth) {
    switch (random_.below(depth == 0 ? 2 : 4)) {
      case 0:
        return string(planted());
      case 1:
        return "12.5";
      case 2:
        return "[" + value(depth - 1) + "," + value(depth - 1) + "]";
      default:
        return "{" + key() + ":" + value(depth - 1) + "," + key() + ":" + value(depth - 1) + "}";
    }
  }
  // A JSON string; some of its characters written as escapes though they needn't be.
  std::string string(const std::string& text) {
    std::string plain;
    append_json_string(plain, text);
    if (random_.below(2) == 0) return plain;
    std::string out = "\"";
    for (std::size_t i = 1; i + 1 < plain.size(); ++i) {
      if (plain[i] == '\\') {
        out += plain.substr(i, 2);
        ++i;
      } else if (static_cast<unsigned char>(plain[i]) < 0x80 && random_.below(4) == 0) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(plain[i]));
        out += escape;
      } else {
        out += plain[i];
      }
    }
    return out + "\"";
  }

  SeededRandom random_;
  std::string secret_;
};

TEST(Redact, APlantedSecretNeverSurvives) {
  const auto step = transforms::make_step(step_type, "{}");
  const std::string secrets[] = {"zoe.planted@example.com",
                                 "4111 1111 1111 1111",
                                 "536-22-8726",
                                 "DE89370400440532013000",
                                 "AKIAIOSFODNN7EXAMPLE",
                                 "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                                 "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz",
                                 "Bearer zyx987wvu654"};
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    for (const std::string& secret : secrets) {
      const std::string json = Planting(seed).record(secret);
      const std::string out = transforms::apply_step(*step, json);
      const std::string hidden = secret.starts_with("Bearer ") ? secret.substr(7) : secret;
      ASSERT_EQ(out.find(hidden), std::string::npos) << json;
      ASSERT_EQ(out.find("\"towline\""), std::string::npos) << "the planted record is valid: " << json;
      ASSERT_EQ(transforms::apply_step(*step, out), out) << "redacting twice is redacting once";
    }
  }
}

// One value hides the edge of the other until it has been replaced.
TEST(Redact, WhatAReplacementBringsTogetherIsLookedAtAgain) {
  const auto step = transforms::make_step(step_type, "{}");
  const std::string texts[] = {
      "Bearer ann.smith+new\xC3\xBF\xC3\xBFs@maample.co.uth+news@m",
      "4111111111111111eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.xyz",
      "536-22-8726ghp_abcdefghijklmnopqrstuvwxyz0123456789",
  };
  for (const std::string& text : texts) {
    const std::string out = transforms::apply_step(*step, "{\"m\":\"" + text + "\"}");
    EXPECT_EQ(transforms::apply_step(*step, out), out) << text;
    for (const char* secret : {"4111111111111111", "536-22-8726", "eyJhbGci", "ghp_"}) {
      EXPECT_EQ(out.find(secret), std::string::npos) << out;
    }
  }
}

}  // namespace
}  // namespace towline::redact
