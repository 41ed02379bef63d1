#include "config/json.hpp"

#include <gtest/gtest.h>

namespace towline::config {
namespace {

TEST(Json, WritesMembersInTheOrderTheyCame) {
  Json json;
  json.set("z", "text \"quoted\"\n").set("a", Json::array({true, std::uint64_t{1}}));
  json.set("empty", Json()).set("none", Json::array());
  json.set("inner", Json().set("deep", Json::array({Json().set("x", false)})));
  EXPECT_EQ(json.dump(), R"({
  "z": "text \"quoted\"\n",
  "a": [
    true,
    1
  ],
  "empty": {},
  "none": [],
  "inner": {
    "deep": [
      {
        "x": false
      }
    ]
  }
})");
}

}  // namespace
}  // namespace towline::config
