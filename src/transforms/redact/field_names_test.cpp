#include "transforms/redact/field_names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace towline::redact {
namespace {

FieldNames defaults() {
  const auto names = default_field_names();
  return FieldNames(std::vector<std::string>(names.begin(), names.end()));
}

TEST(FieldNames, DefaultsAreSensitiveInAllSpellings) {
  FieldNames names = defaults();
  for (const char* key : {"password",
                          "PASSWORD",
                          "Password",
                          "pass_word",
                          "user_password",
                          "userPassword",
                          "db-passwd",
                          "pwd",
                          "passphrase",
                          "secret",
                          "client_secret",
                          "clientSecret",
                          "token",
                          "accessToken",
                          "x-auth-token",
                          "CSRF_TOKEN",
                          "api_key",
                          "apiKey",
                          "APIKEY",
                          "X-Api-Key",
                          "stripe_api_key",
                          "secret_access_key",
                          "aws_secret_access_key",
                          "privateKey",
                          "signing-key",
                          "authorization",
                          "Authorization",
                          "Proxy-Authorization",
                          "cookie",
                          "Cookie",
                          "Set-Cookie",
                          "set_cookie",
                          "cvv",
                          "password_",
                          "_token",
                          "Password:",
                          "password[]",
                          "token[0]",
                          "user[password] ",
                          "api key"}) {
    EXPECT_TRUE(names.sensitive(key, false)) << key;
  }
}

TEST(FieldNames, OrdinaryKeysAreNot) {
  FieldNames names = defaults();
  for (const char* key : {"",
                          "a",
                          "_",
                          "timestamp",
                          "level",
                          "event",
                          "request_id",
                          "user_id",
                          "tokens",
                          "max_tokens",
                          "prompt_tokens",
                          "key",
                          "primary_key",
                          "cache_key",
                          "monkey",
                          "secretary",
                          "passwords_changed",
                          "cookies_enabled",
                          "duration",
                          "version",
                          "authorized",
                          "requires_authorization",
                          "thread",
                          "method",
                          "host",
                          "status",
                          "password_reset_at"}) {
    EXPECT_FALSE(names.sensitive(key, false)) << key;
  }
}

TEST(FieldNames, EscapedKeysAreDecoded) {
  FieldNames names = defaults();
  EXPECT_TRUE(names.sensitive("p\\u0061ssword", true));
  EXPECT_TRUE(names.sensitive("passwor\\u0064", true));
  EXPECT_FALSE(names.sensitive("p\\u0061ss", true));
  EXPECT_TRUE(names.sensitive("broken \\u", true)) << "what can't be decoded is sensitive";
}

TEST(FieldNames, PatternsHaveStarsAtTheirEnds) {
  FieldNames names(std::vector<std::string>{"ssn*", "*pin", "*birth*", "x"});
  EXPECT_TRUE(names.sensitive("SSN_last4", false));
  EXPECT_TRUE(names.sensitive("card-pin", false));
  EXPECT_TRUE(names.sensitive("dateOfBirthday", false));
  EXPECT_TRUE(names.sensitive("X", false));
  EXPECT_FALSE(names.sensitive("pinned", false));
  EXPECT_FALSE(names.sensitive("my_ssn", false));
}

TEST(FieldNames, KnowsWhatAPatternIs) {
  for (const char* text : {"a", "*a", "a*", "*a*", "a-b"}) EXPECT_TRUE(FieldNames::is_pattern(text)) << text;
  for (const char* text : {"", "*", "**", "-", "*_*", "a*b", "***"}) EXPECT_FALSE(FieldNames::is_pattern(text)) << text;
}

}  // namespace
}  // namespace towline::redact
