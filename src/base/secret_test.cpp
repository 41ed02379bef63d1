#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "base/diagnostics.hpp"

namespace towline {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(Secret, CantBePrintedOrLogged) {
  static_assert(!Streamable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_constructible_v<diagnostics::Field, std::string_view, Secret>);
}

TEST(Secret, GivesItsValueOnlyToReveal) {
  const Secret token("t0ken");
  EXPECT_EQ(token.reveal(), "t0ken");
  EXPECT_FALSE(token.empty());
  EXPECT_EQ(token, Secret("t0ken"));
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
  Secret from("short");
  const Secret to = std::move(from);
  EXPECT_EQ(to.reveal(), "short");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(Secret, AssignmentReplaces) {
  Secret token("old");
  token = Secret("new");
  EXPECT_EQ(token.reveal(), "new");
}

TEST(Secret, IsComparedAsAWhole) {
  const Secret secret("token");
  EXPECT_TRUE(equals_in_constant_time(secret, "token"));
  for (const char* other : {"", "t", "toke", "tokens", "Token", "tokem"})
    EXPECT_FALSE(equals_in_constant_time(secret, other)) << other;
  EXPECT_TRUE(equals_in_constant_time(Secret(), ""));
  EXPECT_FALSE(equals_in_constant_time(Secret(), "a"));
}

}  // namespace
}  // namespace towline
