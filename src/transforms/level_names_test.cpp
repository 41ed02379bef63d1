#include "transforms/level_names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace towline::transforms {
namespace {

std::string named(std::string_view name) {
  const std::optional<Level> level = level_of_name(name);
  return level ? std::string(upper_name(*level)) : "none";
}

std::string numbered(std::string_view number, LevelNumbers numbers) {
  const std::optional<Level> level = level_of_number(number, numbers);
  return level ? std::string(upper_name(*level)) : "none";
}

struct Named {
  const char* level;
  std::vector<const char*> names;
};

TEST(LevelNames, OfManyLanguages) {
  const std::vector<Named> table{
      {"TRACE", {"TRACE", "trace", "FINEST", "Verbose", "VRB", "silly", "T", "V", "ALL", "trc"}},
      {"DEBUG", {"DEBUG", "dbg", "FINE", "FINER", "CONFIG", "D", "DEBUG5", "debug1"}},
      {"INFO", {"INFO", "info", "Information", "informational", "INF", "I", "NOTICE", "LOG", "SUCCESS", "ok"}},
      {"WARN", {"WARN", "WARNING", "wrn", "W"}},
      {"ERROR", {"ERROR", "err", "SEVERE", "E", "eRrOr"}},
      {"FATAL", {"FATAL", "CRITICAL", "crit", "ALERT", "emerg", "emergency", "PANIC", "dpanic", "F", "ftl", "fault"}}};
  for (const Named& row : table) {
    for (const char* name : row.names) EXPECT_EQ(named(name), row.level) << name;
  }
}

TEST(LevelNames, WithWhatLibrariesPutAroundThem) {
  EXPECT_EQ(named(" INFO "), "INFO");
  EXPECT_EQ(named("[WARNING]"), "WARN");
  EXPECT_EQ(named("<error>:"), "ERROR");
  EXPECT_EQ(named("DEBUG-4"), "DEBUG");
  EXPECT_EQ(named("ERROR+2"), "ERROR");
}

TEST(LevelNames, WhatIsNone) {
  for (const char* name : {"", " ", "[]", "INFORM", "INF0", "EROR", "LEVEL", "informationals", "+2", "INFO+x",
                           "DEBUG-4x", "a name that is much too long for a level", "\xC3\xA9rror"})
    EXPECT_EQ(named(name), "none") << name;
}

TEST(LevelNames, NumbersByTheirLibrary) {
  const std::vector<std::pair<const char*, const char*>> syslog{{"0", "FATAL"}, {"2", "FATAL"}, {"3", "ERROR"},
                                                                {"4", "WARN"},  {"5", "INFO"},  {"6", "INFO"},
                                                                {"7", "DEBUG"}, {"8", "none"},  {"-1", "none"}};
  for (const auto& [number, level] : syslog) EXPECT_EQ(numbered(number, LevelNumbers::syslog), level) << number;
  const std::vector<std::pair<const char*, const char*>> pino{
      {"10", "TRACE"}, {"20", "DEBUG"},  {"30", "INFO"}, {"35", "INFO"}, {"40", "WARN"},  {"50", "ERROR"},
      {"60", "FATAL"}, {"100", "FATAL"}, {"1", "TRACE"}, {"0", "none"},  {"101", "none"}, {"-10", "none"}};
  for (const auto& [number, level] : pino) EXPECT_EQ(numbered(number, LevelNumbers::pino), level) << number;
  const std::vector<std::pair<const char*, const char*>> python{{"5", "TRACE"},  {"10", "DEBUG"}, {"20", "INFO"},
                                                                {"25", "INFO"},  {"30", "WARN"},  {"40", "ERROR"},
                                                                {"50", "FATAL"}, {"0", "none"},   {"99", "FATAL"}};
  for (const auto& [number, level] : python) EXPECT_EQ(numbered(number, LevelNumbers::python), level) << number;
  const std::vector<std::pair<const char*, const char*>> otel{
      {"1", "TRACE"},  {"4", "TRACE"},  {"5", "DEBUG"},  {"9", "INFO"},  {"12", "INFO"}, {"13", "WARN"},
      {"17", "ERROR"}, {"21", "FATAL"}, {"24", "FATAL"}, {"25", "none"}, {"0", "none"}};
  for (const auto& [number, level] : otel) EXPECT_EQ(numbered(number, LevelNumbers::otel), level) << number;
  for (const char* text : {"", "x", "10.0", "1e1", " 10", "+10", "99999999999999999999"})
    EXPECT_EQ(numbered(text, LevelNumbers::pino), "none") << text;
}

}  // namespace
}  // namespace towline::transforms
