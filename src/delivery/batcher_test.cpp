#include "delivery/batcher.hpp"

#include <gtest/gtest.h>

#include "delivery/deliverer_test_support.hpp"

namespace towline::delivery {
namespace {

using Lines = std::vector<std::string>;

class BatcherTest : public testing::Test {
 protected:
  void append(int first, int count) {
    stream_.append(chunk_of(first, count));
    stream_.take_in();
  }
  // All batches that can be cut.
  std::vector<Lines> batches() {
    std::vector<Lines> batches;
    for (batcher_.fill(); batcher_.ready_at() != MonoTime::max(); batcher_.fill()) {
      batches.push_back(lines_of(batcher_.take()));
    }
    return batches;
  }

  component::BatchConfig config_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  stream::Stream stream_{{std::nullopt, 64 * 1024, "0123", 0xBEEF}, budget_, compressor_, bytes_};
  stream::Cursor& cursor_ = stream_.open_cursor("sink");
  Batcher batcher_{config_, stream_, cursor_, budget_};
};

TEST_F(BatcherTest, ABatchEndsBeforeWhatIsSettledAlready) {
  cursor_.settle({0, 1});
  cursor_.settle({3, 5});
  append(0, 4);
  append(4, 4);
  EXPECT_EQ(batches(), (std::vector<Lines>{{"r1", "r2"}, {"r5", "r6", "r7"}}));
}

TEST_F(BatcherTest, ABatchEndsBeforeAGap) {
  append(0, 2);
  append(2, 2);
  append(4, 2);
  cursor_.lose({2, 4}, stream::Loss::drop_oldest, {}, {});
  batcher_.fill();
  EXPECT_EQ(batcher_.taken_below(), 0U);
  EXPECT_EQ(lines_of(batcher_.take()), (Lines{"r0", "r1"}));
  batcher_.fill();
  EXPECT_EQ(batcher_.taken_below(), 4U) << "the gap's turn has come";
  EXPECT_EQ(lines_of(batcher_.take()), (Lines{"r4", "r5"}));
}

TEST_F(BatcherTest, WhatIsForgottenIsNotRead) {
  append(0, 2);
  batcher_.fill();
  cursor_.lose({0, 2}, stream::Loss::drop_oldest, {}, {});
  batcher_.forget_open();
  append(2, 2);
  EXPECT_EQ(batches(), (std::vector<Lines>{{"r2", "r3"}}));
}

TEST_F(BatcherTest, TheKeySaysWhatIsInTheBatch) {
  append(0, 4);
  append(4, 4);
  batcher_.fill();
  const component::Batch batch = batcher_.take();
  EXPECT_EQ(key_of("0123", batch), "0123:000000000000beef:0:8");
  const auto [first, second] = halve(batch);
  EXPECT_EQ(key_of("0123", first), "0123:000000000000beef:0:4");
  EXPECT_EQ(key_of("0123", second), "0123:000000000000beef:4:4");
}

}  // namespace
}  // namespace towline::delivery
