#include "delivery/marker.hpp"

#include <gtest/gtest.h>

namespace towline::delivery {
namespace {

using std::chrono::seconds;
using stream::Loss;

TEST(Marker, SaysHowManyWhenAndWhy) {
  const component::Batch batch = make_marker({{10, 22}, Loss::drop_oldest, WallTime(seconds(1)), WallTime(seconds(61))},
                                             "dt", WallTime(seconds(3600)));
  EXPECT_EQ(batch.slices.front().chunk->plain,
            R"x({"dt":"1970-01-01T01:00:00.000000000Z","level":"WARN",)x"
            R"x("message":"towline: 12 records between 1970-01-01T00:00:01.000000000Z and )x"
            R"x(1970-01-01T00:01:01.000000000Z were dropped (drop_oldest)",)x"
            R"x("towline":{"gap":{"records":12,"from":"1970-01-01T00:00:01.000000000Z",)x"
            R"x("to":"1970-01-01T00:01:01.000000000Z","reason":"drop_oldest"}}})x"
            "\n");
  EXPECT_EQ(batch.records, 1U);
  EXPECT_EQ(batch.first_seq, 10U);
  EXPECT_EQ(batch.key, "");
}

TEST(Marker, SaysNoMoreThanIsKnown) {
  const component::Batch batch = make_marker({{10, 11}, Loss::damaged, {}, {}}, "", WallTime(seconds(3600)));
  EXPECT_EQ(batch.slices.front().chunk->plain,
            R"x({"level":"WARN","message":"towline: 1 record was dropped (damaged)",)x"
            R"x("towline":{"gap":{"records":1,"reason":"damaged"}}})x"
            "\n");
}

}  // namespace
}  // namespace towline::delivery
