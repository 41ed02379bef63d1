#include "config/expand.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

std::string expand(std::string_view text) {
  const Environment environment = test::environment(
      {{"HOME", "/root"}, {"EMPTY", ""}, {"NASTY", "${HOME} $\" # \n'"}, {"_x9", "ok"}, {"BINARY", "\xff"}});
  const Result<std::string> result = expand_variables(text, environment);
  return result ? *result : "error: " + result.error().message;
}

TEST(Expand, Table) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", ""},
      {"plain $ {text} $HOME", "plain $ {text} $HOME"},
      {"${HOME}", "/root"},
      {"a${HOME}b${_x9}c", "a/rootbokc"},
      {"${NASTY}", "${HOME} $\" # \n'"},
      {"${EMPTY}", ""},
      {"${EMPTY:-other}", "other"},
      {"${HOME:-other}", "/root"},
      {"${UNSET:-}", ""},
      {"${UNSET:-a:-b c}", "a:-b c"},
      {"$${HOME}", "${HOME}"},
      {"$${HOME} ${HOME}", "${HOME} /root"},
      {"$$", "$$"},
      {"${UNSET}", "error: the environment variable `UNSET` is not set"},
      {"${HOME", "error: `${` without its `}`; for a literal ${ write $${"},
      {"${}", "error: `` is not the name of a variable; for a literal ${ write $${"},
      {"${9a}", "error: `9a` is not the name of a variable; for a literal ${ write $${"},
      {"${HOME-x}", "error: `HOME-x` is not the name of a variable; for a literal ${ write $${"},
      {"${BINARY}", "error: the environment variable `BINARY` does not hold valid UTF-8"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(expand(text), expected) << text;
}

}  // namespace
}  // namespace towline::config
