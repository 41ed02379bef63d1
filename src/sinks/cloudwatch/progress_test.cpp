#include "sinks/cloudwatch/progress.hpp"

#include <gtest/gtest.h>

namespace towline::cloudwatch {
namespace {

using enum Verdict;

component::Batch batch(std::uint64_t first_seq, std::uint32_t records, std::uint64_t epoch = 1) {
  auto chunk = std::make_shared<record::Chunk>();
  chunk->first_seq = first_seq;
  chunk->epoch = epoch;
  chunk->records = records;
  component::Batch batch;
  batch.slices.push_back({chunk, 0, records});
  batch.first_seq = first_seq;
  batch.records = records;
  batch.key = "key";
  return batch;
}

TEST(Progress, KnowsNothingOfWhatIsNew) {
  Progress progress;
  EXPECT_EQ(progress.take(batch(7, 2)), (std::vector<Verdict>{open, open}));
}

TEST(Progress, TellsTheHalvesWhatIsKnownOfTheWhole) {
  Progress progress;
  progress.keep(batch(10, 4), {taken, open, too_old, taken});
  EXPECT_EQ(progress.take(batch(12, 2)), (std::vector<Verdict>{too_old, taken}));
  EXPECT_EQ(progress.take(batch(10, 2)), (std::vector<Verdict>{taken, open}));
  EXPECT_EQ(progress.take(batch(10, 4)), (std::vector<Verdict>(4, open))) << "it is told once";
  EXPECT_EQ(progress.records(), 0U);
}

TEST(Progress, PutsTogetherWhatItKnowsOfParts) {
  Progress progress;
  progress.keep(batch(10, 2), {taken, taken});
  progress.keep(batch(14, 3), {open, too_new, taken});
  EXPECT_EQ(progress.take(batch(11, 5)), (std::vector<Verdict>{taken, open, open, open, too_new}));
  EXPECT_EQ(progress.take(batch(10, 1)), (std::vector<Verdict>{taken}));
  EXPECT_EQ(progress.take(batch(16, 1)), (std::vector<Verdict>{taken}));
}

TEST(Progress, RecordsOfABatchAreNotAlwaysNeighbours) {
  Progress progress;
  component::Batch whole = batch(10, 2);
  whole.slices.push_back(batch(20, 3).slices.front());
  whole.records = 5;
  progress.keep(whole, {open, taken, taken, open, too_old});
  EXPECT_EQ(progress.take(batch(20, 3)), (std::vector<Verdict>{taken, open, too_old}));
  EXPECT_EQ(progress.take(whole), (std::vector<Verdict>{open, taken, open, open, open}));
}

TEST(Progress, StreamsAreToldApart) {
  Progress progress;
  progress.keep(batch(0, 1, 5), {taken});
  EXPECT_EQ(progress.take(batch(0, 1, 6)), (std::vector<Verdict>{open}));
  EXPECT_EQ(progress.take(batch(0, 1, 5)), (std::vector<Verdict>{taken}));
}

TEST(Progress, WhatTowlineSaysItselfHasNoNumber) {
  Progress progress;
  component::Batch marker = batch(3, 1);
  marker.key.clear();
  progress.keep(marker, {taken});
  EXPECT_EQ(progress.take(marker), (std::vector<Verdict>{open}));
  EXPECT_EQ(progress.take(batch(3, 1)), (std::vector<Verdict>{open}));
}

TEST(Progress, ForgetsTheOldestBeyondItsLimit) {
  Progress progress(5);
  progress.keep(batch(0, 3), {taken, taken, taken});
  progress.keep(batch(3, 3), {taken, open, taken});
  EXPECT_EQ(progress.records(), 3U);
  EXPECT_EQ(progress.take(batch(0, 6)), (std::vector<Verdict>{open, open, open, taken, open, taken}));
  progress.keep(batch(0, 6), std::vector<Verdict>(6, taken));
  EXPECT_EQ(progress.records(), 0U);
}

TEST(Progress, NothingKnownTakesNoRoom) {
  Progress progress;
  progress.keep(batch(0, 1000), std::vector<Verdict>(1000, open));
  EXPECT_EQ(progress.records(), 0U);
}

}  // namespace
}  // namespace towline::cloudwatch
