// Fuzzes recovery and reading with a folder of arbitrary bytes: they come to an end, what is read passes its checksums,
// doing it twice gives the same, and the store works afterwards. The bytes are edits of a good folder, so that most of
// what they reach lies behind the checksums.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/diagnostics.hpp"
#include "base/random.hpp"
#include "stream/disk/memory_files_test_support.hpp"
#include "stream/disk/segment_format.hpp"
#include "stream/disk/store.hpp"

namespace {

using towline::stream::ChunkPtr;
using towline::stream::CursorState;
using towline::stream::Range;
using towline::stream::Store;
using towline::stream::disk::MemoryFiles;
using towline::stream::disk::segment_name;

std::unique_ptr<Store> open(MemoryFiles& files, towline::Random& random) {
  static const towline::SystemClock clock;
  files.forget_lock();
  auto store = Store::open({"fuzz", 1 << 20, 1 << 20}, files, random, clock);
  CHECK(store);
  return std::move(*store);
}

std::vector<ChunkPtr> chunks_from(std::uint64_t first_seq) {
  std::vector<ChunkPtr> chunks;
  for (std::uint64_t seq = first_seq; seq < first_seq + 6; seq += 2) {
    auto chunk = std::make_shared<towline::record::Chunk>();
    chunk->first_seq = seq;
    chunk->records = 2;
    chunk->plain = "{\"n\":" + std::to_string(seq) + "}\n{}\n";
    chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

void fill(MemoryFiles& files, towline::Random& random) {
  for (const std::uint64_t seq : {0U, 6U}) {
    const auto store = open(files, random);
    CHECK(store->commit(chunks_from(seq)).error == 0);
    CursorState state;
    for (state.mark = seq; state.mark < seq + 2; ++state.mark) CHECK(store->save("sink", state));
  }
}

// Each edit: which file, two bytes where, what: overwrite with the next byte, cut, append up to 15 bytes, remove,
// rename.
void edit(MemoryFiles& files, const std::uint8_t* data, std::size_t size) {
  std::size_t at = 0;
  const auto take = [&] { return at < size ? data[at++] : std::uint8_t{0}; };
  while (at < size && !files.nodes().empty()) {
    auto file = files.nodes().begin();
    std::advance(file, take() % files.nodes().size());
    std::string& bytes = file->second->bytes;
    const std::size_t where = (take() | std::size_t{take()} << 8U) % (bytes.size() + 1);
    const std::uint8_t what = take();
    if (what < 0x80 && where < bytes.size())
      bytes[where] = static_cast<char>(take());
    else if (what < 0xC0)
      bytes.resize(where);
    else if (what < 0xE0)
      for (int i = what & 15; i >= 0; --i) bytes += static_cast<char>(take());
    else if (what < 0xF0)
      files.nodes().erase(file);
    else
      files.put(segment_name(where % 16), std::string(bytes));
  }
}

std::vector<std::pair<std::uint64_t, std::string>> read(Store& store) {
  std::vector<std::pair<std::uint64_t, std::string>> found;
  const auto reader = store.reader();
  for (std::uint64_t seq = 0;;) {
    const Store::Reader::Found next = reader->read(seq);
    if (next.chunk == nullptr && next.damaged.size() == 0) return found;
    const Range range = next.chunk == nullptr ? next.damaged : Range{next.chunk->first_seq, next.chunk->end_seq()};
    CHECK(range.end > seq);
    seq = range.end;
    if (next.chunk != nullptr) found.emplace_back(range.begin, next.chunk->plain);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  towline::diagnostics::configure(towline::diagnostics::Severity::error, towline::diagnostics::Format::text);
  towline::SeededRandom random(1);
  MemoryFiles files;
  fill(files, random);
  edit(files, data, size);

  auto store = open(files, random);
  const auto first = read(*store);
  const auto present = store->present();
  const std::uint64_t next_seq = store->next_seq();
  store.reset();
  store = open(files, random);
  CHECK(read(*store) == first && store->present() == present && store->next_seq() == next_seq);

  CHECK(store->commit(chunks_from(next_seq)).end == next_seq + 6);
  CHECK(read(*store).size() == first.size() + 3);
  return 0;
}
