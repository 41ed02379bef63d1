// What recovery and readers make of a folder in which something is wrong: torn, flipped, missing, foreign, empty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stream/disk/memory_files_test_support.hpp"
#include "stream/disk/store_test_support.hpp"
#include "stream/disk/two_slots.hpp"

namespace towline::stream::disk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t chunk_bytes = 700;
const std::string first_segment = segment_name(0);

bool covers(const std::vector<Range>& ranges, std::uint64_t seq) {
  return std::any_of(ranges.begin(), ranges.end(), [&](Range range) { return range.begin <= seq && seq < range.end; });
}

class DamageTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(std::uint64_t max_size = 64U << 20U) {
    files_.forget_lock();
    return open_store(files_, random_, max_size);
  }
  // One segment file: `count` chunks of 10 records.
  void write(std::size_t count, std::uint64_t first_seq = 0) {
    const auto store = open();
    ASSERT_EQ(store->commit(chunks_of(count, first_seq, 10, chunk_bytes)).error, 0);
  }
  // Every chunk that is read is as it was written.
  ReadBack read_checked(Store& store) {
    ReadBack back = read_all(store);
    for (const ChunkPtr& chunk : back.chunks) EXPECT_TRUE(is_intact(*chunk, chunk_bytes));
    return back;
  }
  std::vector<std::string> names(std::string_view prefix) {
    std::vector<std::string> found;
    for (const auto& [name, node] : files_.nodes())
      if (name.starts_with(prefix)) found.push_back(name);
    return found;
  }
  void flip(const std::string& name, std::size_t bit) {
    char& byte = files_.bytes(name)[bit / 8];
    byte = static_cast<char>(byte ^ (1 << (bit % 8)));
  }
  std::size_t offset_of_chunk(std::size_t index) const {
    std::size_t offset = segment_header_bytes;
    for (std::size_t i = 0; i < index; ++i) offset += bytes_stored(*chunk_of(i * 10, 10, chunk_bytes));
    return offset;
  }

  MemoryFiles files_;
  SeededRandom random_{3};
};

TEST_F(DamageTest, a_tail_torn_at_any_place_costs_only_the_chunk_that_is_cut) {
  write(8);
  const std::string whole = files_.bytes(first_segment);
  files_.nodes().erase("stream");  // it would know how many there were
  ASSERT_GT(whole.size(), 4096U);
  for (std::size_t cut = 1; cut <= 4096; ++cut) {
    const std::size_t size = whole.size() - cut;
    files_.nodes().clear();
    files_.put(first_segment, whole.substr(0, size));
    std::uint64_t complete = 0;
    while (complete < 8 &&
           offset_of_chunk(complete) + chunk_header_bytes + content_for(complete * 10, 10, chunk_bytes).size() <= size)
      ++complete;
    const auto store = open();
    ASSERT_EQ(store->segments().size(), 1U);
    const ReadBack back = read_checked(*store);
    ASSERT_EQ(back.records(), complete * 10) << cut;
    ASSERT_THAT(store->present(), ElementsAre(Range{0, complete * 10}));
    ASSERT_THAT(back.damaged, IsEmpty());
    const bool has_header = size >= offset_of_chunk(complete) + chunk_header_bytes;
    ASSERT_EQ(store->next_seq(), complete * 10 + (has_header && complete < 8 ? 10 : 0)) << cut;
    const bool leaves_a_tail = size > offset_of_chunk(complete);
    ASSERT_EQ(names("bad/").size(), leaves_a_tail ? 1U : 0U) << cut;
    if (leaves_a_tail) {
      ASSERT_EQ(files_.bytes(names("bad/")[0]),
                whole.substr(offset_of_chunk(complete), size - offset_of_chunk(complete)));
    }
  }
}

TEST_F(DamageTest, a_tail_of_zeros_or_rubbish_is_cut) {
  for (const char fill : {'\0', '\xFF', 'x'}) {
    files_.nodes().clear();
    write(3);
    const std::string whole = files_.bytes(first_segment);
    files_.bytes(first_segment).append(5000, fill);
    const auto store = open();
    EXPECT_EQ(files_.bytes(first_segment), whole);
    EXPECT_EQ(store->next_seq(), 30U);
    EXPECT_EQ(read_checked(*store).records(), 30U);
  }
}

TEST_F(DamageTest, a_torn_payload_at_the_end_is_a_tail_and_elsewhere_damage) {
  write(4);
  const std::size_t in_third = offset_of_chunk(2) + chunk_header_bytes + 100;
  const std::size_t in_fourth = offset_of_chunk(3) + chunk_header_bytes + 100;
  flip(first_segment, 8 * in_fourth);
  {
    const auto store = open();
    EXPECT_THAT(store->present(), ElementsAre(Range{0, 30}));
    EXPECT_EQ(store->next_seq(), 40U) << "its numbers are not given to others";
    EXPECT_EQ(read_checked(*store).records(), 30U);
    EXPECT_EQ(names("bad/").size(), 1U);
  }
  {
    const auto store = open();
    EXPECT_EQ(store->next_seq(), 40U) << "also not the next time, when the tail is gone";
    ASSERT_EQ(store->commit(chunks_of(1, 40, 10, chunk_bytes)).error, 0);
  }
  flip(first_segment, 8 * in_third);
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 30}, Range{40, 50})) << "the numbers are known";
  const ReadBack back = read_checked(*store);
  EXPECT_EQ(back.records(), 30U);
  EXPECT_THAT(back.damaged, ElementsAre(Range{20, 30}));
}

// One flipped bit anywhere costs one chunk at most, and its records are known to be lost: they are found damaged, or
// are missing below next_seq.
TEST_F(DamageTest, a_flipped_bit_costs_at_most_one_chunk) {
  write(12);
  const auto pristine = files_.contents();
  const std::string whole = files_.bytes(first_segment);
  ASSERT_GT(whole.size(), 8192U);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    files_.restore(pristine);
    flip(first_segment, bit);
    const auto store = open();
    ASSERT_EQ(store->next_seq(), 120U) << bit;
    const ReadBack back = read_all(*store);
    ASSERT_GE(back.records(), 110U) << bit;
    std::uint64_t lost = 0;
    for (std::uint64_t seq = 0; seq < 120; ++seq)
      if (covers(back.damaged, seq) || !covers(store->present(), seq)) ++lost;
    ASSERT_EQ(back.records() + lost, 120U) << bit;
    for (const ChunkPtr& chunk : back.chunks) ASSERT_EQ(chunk->plain.size(), chunk->plain_bytes);
  }
}

// All 64 KiB where the build is a fast one; the parameter is the bit in the byte.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr std::size_t every = 1;
#else
constexpr std::size_t every = 17;
#endif

class FlippedBit : public DamageTest, public testing::WithParamInterface<unsigned> {};

TEST_P(FlippedBit, in_a_segment_of_64_KiB_costs_at_most_one_chunk) {
  {
    const auto store = open();
    ASSERT_EQ(store->commit(chunks_of(16, 0, 1, 4032)).error, 0);
  }
  const auto pristine = files_.contents();
  const std::size_t size = files_.bytes(first_segment).size();
  ASSERT_GE(size, 65536U);
  for (std::size_t byte = 0; byte < size; byte += every) {
    files_.restore(pristine);
    flip(first_segment, byte * 8 + GetParam());
    const auto store = open();
    ASSERT_EQ(store->next_seq(), 16U);
    ASSERT_GE(read_all(*store).records(), 15U) << byte;
  }
}

INSTANTIATE_TEST_SUITE_P(EachBit, FlippedBit, testing::Range(0U, 8U));

TEST_F(DamageTest, a_bit_that_flips_while_the_store_is_open_costs_its_chunk) {
  write(6);
  const auto store = open();
  flip(first_segment, 8 * (offset_of_chunk(1) + 20));   // a header
  flip(first_segment, 8 * (offset_of_chunk(3) + 200));  // a payload
  flip(first_segment, 8 * (offset_of_chunk(5) + 20));   // the last header
  const ReadBack back = read_checked(*store);
  EXPECT_EQ(back.records(), 30U);
  EXPECT_THAT(back.damaged, ElementsAre(Range{10, 20}, Range{30, 40}, Range{50, 60}));
}

TEST_F(DamageTest, two_chunks_without_headers_in_a_row_are_passed) {
  write(6);
  flip(first_segment, 8 * (offset_of_chunk(2) + 20));
  flip(first_segment, 8 * (offset_of_chunk(3) + 20));
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 20}, Range{40, 60})) << "nobody can know that they were there";
  EXPECT_EQ(read_checked(*store).records(), 40U);
}

TEST_F(DamageTest, a_record_that_looks_like_a_chunk_is_not_taken_for_one) {
  // A chunk in the payload of another one: of a foreign stream, and of an earlier time of this one.
  std::string foreign = encode(header_of(*chunk_of(5, 1, 100)), 42);
  foreign += content_for(5, 1, 100);
  auto carrier = std::make_shared<record::Chunk>();
  carrier->first_seq = 10;
  carrier->records = 10;
  carrier->packed = {std::string(8, 'x') + foreign, 1, 1000};
  {
    const auto store = open();
    const std::vector<ChunkPtr> chunks{chunk_of(0, 10, chunk_bytes), carrier, chunk_of(20, 10, chunk_bytes)};
    ASSERT_EQ(store->commit(chunks).error, 0);
  }
  flip(first_segment, 8 * (offset_of_chunk(1) + 20));
  const auto store = open();
  EXPECT_EQ(read_checked(*store).records(), 20U);
}

TEST_F(DamageTest, a_segment_whose_own_header_is_bad_still_gives_its_chunks) {
  write(4);
  for (std::size_t i = 0; i < segment_header_bytes; ++i) files_.bytes(first_segment)[i] = 'x';
  const auto store = open();
  EXPECT_EQ(read_checked(*store).records(), 40U);
  EXPECT_THAT(names("bad/"), IsEmpty());
}

class FolderCase : public DamageTest {
 protected:
  // Three segment files: 0 to 20, 20 to 40, 40 to 60.
  void SetUp() override {
    for (std::uint64_t seq : {0U, 20U, 40U}) write(2, seq);
    ASSERT_EQ(names("0000").size(), 3U);
  }
  const std::string second_ = segment_name(20);
  const std::string third_ = segment_name(40);
};

TEST_F(FolderCase, all_is_well) {
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 60}));
  EXPECT_EQ(read_checked(*store).records(), 60U);
}

TEST_F(FolderCase, a_missing_segment_is_a_hole) {
  files_.nodes().erase(second_);
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 20}, Range{40, 60}));
  EXPECT_EQ(read_checked(*store).records(), 40U);
}

TEST_F(FolderCase, the_last_segment_missing_is_noticed) {
  files_.nodes().erase(third_);
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 40}));
  EXPECT_EQ(store->next_seq(), 60U);
}

TEST_F(FolderCase, everything_missing_is_a_new_stream) {
  files_.nodes().clear();
  const auto store = open();
  EXPECT_EQ(store->next_seq(), 0U);
  EXPECT_EQ(store->commit(chunks_of(1, 0, 1, 100)).error, 0);
}

TEST_F(FolderCase, empty_segments_are_deleted) {
  files_.bytes(second_).clear();
  files_.bytes(third_).resize(segment_header_bytes);
  files_.put(segment_name(60), "");
  const auto store = open();
  EXPECT_THAT(names("0000"), ElementsAre(first_segment));
  EXPECT_THAT(names("bad/"), IsEmpty());
  EXPECT_EQ(store->next_seq(), 60U);
  EXPECT_EQ(store->commit(chunks_of(1, 60, 1, 100)).error, 0);
}

TEST_F(FolderCase, rubbish_goes_to_quarantine) {
  files_.bytes(second_).assign(30, 'x');
  files_.bytes(third_).assign(5000, '\0');
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 20}));
  EXPECT_EQ(names("bad/").size(), 2U);
  EXPECT_EQ(read_checked(*store).records(), 20U);
}

TEST_F(FolderCase, a_name_alone_takes_no_numbers) {
  files_.put("ffffffffffffffff.seg", "rubbish");
  for (int start = 0; start < 2; ++start) {
    const auto store = open();
    EXPECT_EQ(store->next_seq(), 60U);
  }
}

TEST_F(FolderCase, a_renamed_segment_goes_to_quarantine) {
  files_.put(segment_name(50), files_.bytes(second_));
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 60}));
  EXPECT_EQ(names("bad/").size(), 1U);
}

TEST_F(FolderCase, a_segment_of_another_stream_goes_to_quarantine) {
  MemoryFiles other;
  SeededRandom random(99);
  ASSERT_EQ(open_store(other, random)->commit(chunks_of(1, 60, 10, chunk_bytes)).error, 0);
  files_.put(segment_name(60), other.bytes(segment_name(60)));
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 60}));
  EXPECT_EQ(store->next_seq(), 60U);
  EXPECT_EQ(names("bad/").size(), 1U);
}

TEST_F(FolderCase, a_segment_that_can_not_be_opened_goes_to_quarantine) {
  const int opened_before = files_.calls(MemoryFiles::Op::open);
  open();
  const int in_one_start = files_.calls(MemoryFiles::Op::open) - opened_before;
  for (int call = 0; call < in_one_start; ++call) {
    files_.fail(MemoryFiles::Op::open, EIO, call);
    const auto store = open();
    files_.heal();
    EXPECT_EQ(store->commit(chunks_of(1, store->next_seq(), 1, 100)).error, 0) << call;
  }
}

TEST_F(FolderCase, names_that_are_not_ours_stay) {
  files_.put("notes.txt", "mine");
  files_.put("0.seg", "mine too");
  files_.put("a.cursor.new", "left over");
  files_.put("stream.new", "left over");
  open();
  EXPECT_EQ(files_.bytes("notes.txt"), "mine");
  EXPECT_EQ(files_.bytes("0.seg"), "mine too");
  EXPECT_THAT(names("a.cursor"), IsEmpty());
  EXPECT_THAT(names("stream"), ElementsAre("stream"));
}

TEST_F(FolderCase, the_identity_can_be_lost) {
  const std::string uuid = open()->uuid();
  for (const char* content : {"", "rubbish"}) {
    files_.put("stream", content);
    const auto store = open();
    EXPECT_EQ(store->uuid(), uuid) << "the segments know it";
    EXPECT_EQ(read_checked(*store).records(), 60U);
  }
  files_.nodes().erase("stream");
  EXPECT_EQ(open()->uuid(), uuid);
  std::string& identity = files_.bytes("stream");
  EXPECT_TRUE(decode_slot(identity.substr(0, slot_bytes)) && decode_slot(identity.substr(slot_bytes)))
      << "both slots are good again";
}

TEST_F(FolderCase, recovering_twice_gives_the_same) {
  flip(second_, 8 * (offset_of_chunk(1) + 20));
  flip(third_, 8 * (offset_of_chunk(1) + 400));
  files_.bytes(first_segment).append(100, 'x');
  const auto seen = [](Store& store) {
    const ReadBack back = read_all(store);
    return std::tuple(store.next_seq(), store.present(), store.uuid(), back.records(), back.damaged);
  };
  const auto first = seen(*open());
  const auto files_after_one = names("");
  EXPECT_EQ(seen(*open()), first);
  EXPECT_EQ(names(""), files_after_one);
  EXPECT_EQ(std::get<0>(first), 60U);
  EXPECT_EQ(std::get<3>(first), 40U);
}

TEST_F(FolderCase, where_segments_overlap_the_later_one_counts) {
  // As after a failed sync: the end of the second was written again into the third.
  std::string longer = files_.bytes(second_);
  const std::string third = files_.bytes(third_);
  longer += third.substr(segment_header_bytes);
  files_.bytes(second_) = longer;
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{0, 60}));
  const auto segments = store->segments();
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[1].range, (Range{20, 40}));
  EXPECT_EQ(read_checked(*store).records(), 60U);
}

TEST_F(FolderCase, a_segment_that_is_wholly_in_a_later_one_is_passed) {
  std::string copy = files_.bytes(second_);
  copy[0] = 'x';  // its own header is bad: only its chunks say what it is
  files_.put(first_segment, copy);
  const auto store = open();
  EXPECT_THAT(store->present(), ElementsAre(Range{20, 60}));
  EXPECT_EQ(read_checked(*store).records(), 40U);
  store->release([](Range range) { return range.size() > 0; });
  EXPECT_EQ(store->segments().size(), 2U);
}

TEST_F(FolderCase, a_file_counts_up_to_any_later_one) {
  // Two copies under higher names, known by their chunks alone: each has 30 to 40.
  files_.put(segment_name(21), files_.bytes(second_));
  files_.bytes(segment_name(21))[0] = 'x';
  files_.put(segment_name(22), files_.bytes(second_));
  files_.bytes(segment_name(22))[0] = 'x';
  const auto store = open();
  EXPECT_EQ(read_checked(*store).records(), 60U);
  std::uint64_t end = 0;
  for (const auto& segment : store->segments()) {
    EXPECT_GE(segment.range.begin, end);
    EXPECT_GE(segment.range.end, segment.range.begin);
    end = segment.range.end;
  }
}

class CheckpointDamage : public DamageTest {
 protected:
  void SetUp() override {
    write(4);
    const auto store = open();
    for (std::uint64_t mark = 1; mark <= 3; ++mark) ASSERT_TRUE(store->save("sink", state(mark)));
    ASSERT_TRUE(store->save("other", state(7)));
  }
  static CursorState state(std::uint64_t mark) {
    CursorState state;
    state.mark = mark;
    return state;
  }
  const std::string file_ = "sink.cursor";
};

TEST_F(CheckpointDamage, the_newest_good_slot_counts) {
  EXPECT_EQ(open()->cursor("sink"), state(3));
  flip(file_, 8 * (slot_bytes + 50));  // generation 3
  auto store = open();
  EXPECT_EQ(store->cursor("sink"), state(2));
  EXPECT_TRUE(store->save("sink", state(5)));
  store.reset();
  EXPECT_EQ(open()->cursor("sink"), state(5));
}

TEST_F(CheckpointDamage, both_bad_is_as_if_there_were_none) {
  flip(file_, 8 * 50);
  flip(file_, 8 * (slot_bytes + 50));
  auto store = open();
  EXPECT_EQ(store->cursor("sink"), std::nullopt);
  EXPECT_EQ(store->cursor("other"), state(7));
  EXPECT_EQ(store->next_seq(), 40U);
  EXPECT_TRUE(store->save("sink", state(8)));
  store.reset();
  EXPECT_EQ(open()->cursor("sink"), state(8));
}

TEST_F(CheckpointDamage, every_flipped_bit_leaves_one_of_the_last_two) {
  const std::string whole = files_.bytes(file_);
  for (std::size_t bit = 0; bit<whole.size() * 8; bit += bit> 800 ? std::size_t{61} : 1) {
    files_.put(file_, whole);
    flip(file_, bit);
    const auto cursor = open()->cursor("sink");
    ASSERT_TRUE(cursor == state(3) || cursor == state(2)) << bit;
  }
}

TEST_F(CheckpointDamage, of_another_stream_it_does_not_count_and_does_not_win_later) {
  MemoryFiles other;
  SeededRandom random(99);
  {
    const auto store = open_store(other, random);
    for (std::uint64_t mark = 100; mark < 110; ++mark) ASSERT_TRUE(store->save("sink", state(mark)));
  }
  files_.put(file_, other.bytes(file_));
  auto store = open();
  EXPECT_EQ(store->cursor("sink"), std::nullopt);
  EXPECT_TRUE(store->save("sink", state(4)));
  store.reset();
  EXPECT_EQ(open()->cursor("sink"), state(4));
}

TEST_F(CheckpointDamage, empty_or_cut_files_are_as_if_there_were_none) {
  for (const std::size_t size : {0U, 10U, 60U}) {
    files_.put(file_, files_.bytes(file_).substr(0, size));
    EXPECT_EQ(open()->cursor("sink"), std::nullopt);
  }
}

class QuarantineTest : public DamageTest {};

TEST_F(QuarantineTest, holds_an_eighth_of_the_quota_and_the_oldest_goes_first) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    files_.put(segment_name(100 + i), std::string(30'000, static_cast<char>('a' + i)));
    const auto store = open(1 << 20);
    EXPECT_LE(store->disk_bytes(), 1U << 20U);
  }
  const auto kept = names("bad/");
  EXPECT_EQ(kept.size(), 3U);
  for (std::size_t i = 0; i < kept.size(); ++i)
    EXPECT_EQ(files_.bytes(kept[i])[0], static_cast<char>('a' + 10 - kept.size() + i));
}

TEST_F(QuarantineTest, what_is_too_large_for_it_is_deleted) {
  files_.put(segment_name(1), std::string(200'000, 'x'));
  const auto store = open(1 << 20);
  EXPECT_THAT(names("bad/"), IsEmpty());
  EXPECT_THAT(names("0000"), IsEmpty());
}

}  // namespace
}  // namespace towline::stream::disk
