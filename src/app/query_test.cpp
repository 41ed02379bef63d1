#include "app/query.hpp"

#include <gtest/gtest.h>

namespace towline::app {
namespace {

TEST(Query, GivesDecodedValues) {
  EXPECT_EQ(query_value("at=clean&filter=%7B%20%24.a+%3D+1%20%7D&limit=3", "filter"), "{ $.a = 1 }");
  EXPECT_EQ(query_value("at=clean&limit=3", "limit"), "3");
  EXPECT_EQ(query_value("at=clean", "limit"), "");
  EXPECT_EQ(query_value("limits=3&limit", "limit"), "");
  EXPECT_EQ(query_value("", "limit"), "");
  EXPECT_EQ(query_value("a=%4&b=%zz&c=%41", "a"), "%4");
  EXPECT_EQ(query_value("a=%4&b=%zz&c=%41", "b"), "%zz");
  EXPECT_EQ(query_value("a=%4&b=%zz&c=%41", "c"), "A");
}

TEST(Query, WhatIsEncodedComesBack) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(query_value("x=" + percent_encoded(all), "x"), all);
}

}  // namespace
}  // namespace towline::app
