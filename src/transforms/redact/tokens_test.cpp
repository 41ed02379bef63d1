#include "transforms/redact/tokens.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace towline::redact {
namespace {

constexpr const char* key = "0123456789abcdef";
constexpr const char* other_key = "fedcba9876543210";

config::SecretSource literal(const char* text) {
  return config::SecretSource::literal(Secret(text));
}

std::string token(const Tokens& tokens, std::string_view value) {
  std::string out;
  tokens.append(out, value);
  return out;
}

TEST(Tokens, AreWhatTheReadmeSaysHowToCompute) {
  const Tokens tokens(literal(key), {});
  ASSERT_TRUE(tokens.available());
  EXPECT_EQ(token(tokens, "ann@example.com"), ":jagd:jphaolepbnjpabje");
  EXPECT_EQ(token(tokens, "ann@example.com"), token(tokens, "ann@example.com"));
  EXPECT_NE(token(tokens, "bob@example.com"), token(tokens, "ann@example.com"));
  EXPECT_EQ(token(tokens, "").size(), Tokens::key_letters + Tokens::token_letters + 2);
  const Tokens others(literal(other_key), {});
  EXPECT_NE(token(others, "a").substr(0, 5), token(tokens, "a").substr(0, 5)) << "the name tells keys apart";
  EXPECT_NE(token(others, "a").substr(5), token(tokens, "a").substr(5));
}

TEST(Tokens, AreAppended) {
  const Tokens tokens(literal(key), {});
  std::string out = "x";
  tokens.append(out, "ann@example.com");
  EXPECT_EQ(out, "x:jagd:jphaolepbnjpabje");
}

TEST(Tokens, OfTwoKeysTheCurrentOneIsTheFirst) {
  const Tokens both(literal(other_key), literal(key));
  EXPECT_EQ(token(both, "a"), token(Tokens(literal(other_key), {}), "a") + token(Tokens(literal(key), {}), "a"));
}

TEST(Tokens, WithoutAKeyThereAreNone) {
  EXPECT_FALSE(Tokens().available());
  EXPECT_FALSE(Tokens({}, {}).available());
  EXPECT_FALSE(Tokens(literal("0123456789abcde"), {}).available()) << "15 bytes";
  EXPECT_FALSE(Tokens(literal("short"), literal(key)).available()) << "the current one is what counts";
  EXPECT_EQ(token(Tokens(), "a"), "");
}

TEST(Tokens, LengthOfWhatIsOne) {
  const std::string one = token(Tokens(literal(key), {}), "a");
  const std::string two = token(Tokens(literal(key), literal(other_key)), "a");
  EXPECT_EQ(Tokens::length(one), one.size());
  EXPECT_EQ(Tokens::length(two + "]"), two.size());
  EXPECT_EQ(Tokens::length(two + one), two.size()) << "never more than two";
  EXPECT_EQ(Tokens::length(one + ":jagd"), one.size());
  for (const std::string& text : {std::string(), std::string(":"), one.substr(1), one.substr(0, one.size() - 1),
                                  ":jagd:jphaolepbnjpabjq" + one, std::string(":jag:") + one.substr(6)})
    EXPECT_EQ(Tokens::length(text), 0U) << text;
}

class TokensOfAFile : public ::testing::Test {
 protected:
  TokensOfAFile() : path_(std::filesystem::path(::testing::TempDir()) / ("towline_tokens_" + name())) { write(key); }
  ~TokensOfAFile() override { std::filesystem::remove(path_); }
  TokensOfAFile(const TokensOfAFile&) = delete;
  TokensOfAFile& operator=(const TokensOfAFile&) = delete;

  static std::string name() { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }
  // A new file takes the place of the old one, so that it is another one however fast that goes.
  void write(const char* text) const {
    const std::string next = path_.string() + ".next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, path_);
  }
  static WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }

  std::filesystem::path path_;
};

TEST_F(TokensOfAFile, AreMadeWithItsNewKeyAfterAWhile) {
  Tokens tokens(config::SecretSource::file(path_.string()), {});
  const std::string before = token(tokens, "a");
  EXPECT_EQ(before, token(Tokens(literal(key), {}), "a"));
  tokens.refresh(at(100));
  write(other_key);
  tokens.refresh(at(109));
  EXPECT_EQ(token(tokens, "a"), before) << "not looked at yet";
  tokens.refresh(at(110));
  EXPECT_EQ(token(tokens, "a"), token(Tokens(literal(other_key), {}), "a"));
}

TEST_F(TokensOfAFile, KeepTheirKeyWhenItGetsUnusable) {
  Tokens tokens(config::SecretSource::file(path_.string()), {});
  const std::string before = token(tokens, "a");
  write("short");
  tokens.refresh(at(100));
  EXPECT_EQ(token(tokens, "a"), before);
  std::filesystem::remove(path_);
  tokens.refresh(at(200));
  EXPECT_EQ(token(tokens, "a"), before);
}

TEST_F(TokensOfAFile, LookAgainWhenTimeGoesBack) {
  Tokens tokens(config::SecretSource::file(path_.string()), {});
  tokens.refresh(at(1000));
  write(other_key);
  tokens.refresh(at(10));
  EXPECT_EQ(token(tokens, "a"), token(Tokens(literal(other_key), {}), "a"));
}

}  // namespace
}  // namespace towline::redact
