#include "stream/disk/checkpoint_format.hpp"

#include <gtest/gtest.h>

#include "stream/disk/two_slots.hpp"

namespace towline::stream::disk {
namespace {

// More of everything than a checkpoint has room for.
CursorState too_much() {
  CursorState state;
  state.mark = 1'000'000'000'000;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t begin = state.mark + 10 + i * 10;
    state.settled.push_back({begin, begin + 2});
    if (i < 100) state.gaps.push_back({{begin + 4, begin + 6}, Loss::drop_newest, WallTime{}, WallTime{}});
    state.totals.dead_lettered["a_reason_that_has_got_a_very_long_name_" + std::to_string(i)] = 1;
    state.totals.dead_lettered["reason_" + std::to_string(i)] = 1;
    state.totals.dropped["dropped_" + std::to_string(i)] = 2;
  }
  state.totals.delivered = ~std::uint64_t{0};
  state.totals.diverted = ~std::uint64_t{0};
  return state;
}

std::uint64_t sum(const std::map<std::string, std::uint64_t, std::less<>>& reasons) {
  std::uint64_t all = 0;
  for (const auto& [name, count] : reasons) all += count;
  return all;
}

TEST(CheckpointFormat, a_state_comes_back) {
  CursorState state;
  EXPECT_EQ(decode_cursor_state(encode(state)), state);
  state.mark = 5;
  state.settled = {{5, 6}, {8, 9}};
  state.gaps = {{{6, 8}, Loss::block_at_most, WallTime(std::chrono::seconds(3)), WallTime(std::chrono::seconds(4))}};
  state.totals = {7, {{"poison", 1}}, {{"missing", 2}, {"", 3}}};
  EXPECT_EQ(decode_cursor_state(encode(state)), state);
}

TEST(CheckpointFormat, what_was_diverted_is_kept_and_may_be_missing) {
  CursorState state;
  state.mark = 9;
  state.totals = {7, {{"poison", 1}}, {{"missing", 1}}};
  const std::string before_there_were_fallbacks = encode(state);
  EXPECT_EQ(decode_cursor_state(before_there_were_fallbacks)->totals.diverted, 0U);
  state.totals.diverted = 5;
  const std::string body = encode(state);
  EXPECT_EQ(body.size(), before_there_were_fallbacks.size() + 8);
  EXPECT_EQ(decode_cursor_state(body), state);
  EXPECT_FALSE(decode_cursor_state(body.substr(0, body.size() - 1)));
  EXPECT_FALSE(decode_cursor_state(body + "x"));
}

TEST(CheckpointFormat, what_is_too_much_is_left_out_and_the_sums_stay) {
  const CursorState state = too_much();
  const std::string body = encode(state);
  EXPECT_LE(body.size(), slot_body_max);
  const auto back = decode_cursor_state(body);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->mark, state.mark);
  ASSERT_EQ(back->settled.size(), settled_max);
  EXPECT_EQ(back->settled.back(), state.settled[settled_max - 1]) << "the lowest stay";
  EXPECT_EQ(back->gaps.size(), gaps_max);
  EXPECT_EQ(back->totals.delivered, state.totals.delivered);
  EXPECT_EQ(sum(back->totals.dead_lettered), 600U);
  EXPECT_EQ(sum(back->totals.dropped), 600U);
  EXPECT_LE(back->totals.dead_lettered.size() + back->totals.dropped.size(), reasons_max);
  EXPECT_TRUE(back->totals.dropped.contains("other"));
  EXPECT_EQ(encode(*back), body) << "and from then on nothing changes";
}

TEST(CheckpointFormat, nonsense_is_refused) {
  CursorState state;
  state.mark = 5;
  for (const std::vector<Range>& settled :
       {std::vector<Range>{{4, 6}}, {{6, 6}}, {{8, 9}, {6, 7}}, {{6, 9}, {8, 10}}, {{9, 7}}}) {
    state.settled = settled;
    EXPECT_FALSE(decode_cursor_state(encode(state)));
  }
  state.settled = {{6, 7}, {8, 12}};
  state.gaps = {{{10, 14}, Loss::damaged, {}, {}}};
  EXPECT_FALSE(decode_cursor_state(encode(state))) << "settled and lost";
  state.gaps = {{{7, 8}, Loss::damaged, {}, {}}, {{12, 14}, Loss::damaged, {}, {}}};
  EXPECT_TRUE(decode_cursor_state(encode(state)));
  state.settled = {};
  state.gaps = {};
  const std::string body = encode(state);
  EXPECT_TRUE(decode_cursor_state(body));
  EXPECT_FALSE(decode_cursor_state(body + "x"));
  for (std::size_t bytes = 0; bytes < body.size(); ++bytes) EXPECT_FALSE(decode_cursor_state(body.substr(0, bytes)));
}

TEST(CheckpointFormat, the_end_is_behind_everything) {
  CursorState state;
  state.mark = 5;
  EXPECT_EQ(end_of(state), 5U);
  state.settled = {{6, 8}};
  EXPECT_EQ(end_of(state), 8U);
  state.gaps = {{{9, 12}, Loss::damaged, {}, {}}};
  EXPECT_EQ(end_of(state), 12U);
}

}  // namespace
}  // namespace towline::stream::disk
