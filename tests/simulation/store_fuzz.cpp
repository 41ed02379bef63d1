// A stream's folder full of anything: segment and checkpoint files as a fuzzer likes them. Opening ends, and nothing
// but what was once written comes out: every chunk that is read stands in the files as it is. The stream goes on from
// there: it takes a chunk, and finds it again. Never more on disk than max_size.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/check.hpp"
#include "base/diagnostics.hpp"
#include "simulation/sim_file_system.hpp"
#include "stream/disk/store.hpp"

namespace towline::simulation {
namespace {

constexpr std::uint64_t max_size = 1024 * 1024;
constexpr std::string_view sink = "sink";

class Quiet final : public SimFileSystem::Watcher {
 public:
  void before_change() override {}
  bool sync_fails(bool) override { return false; }
  Choices& choices() override { return choices_; }

 private:
  TrailChoices choices_{{}};
};

// Takes the fuzzer's bytes apart; zeros when they have come to an end.
class Input {
 public:
  explicit Input(std::string_view bytes) : left_(bytes) {}
  bool ended() const { return left_.empty(); }
  std::size_t number() { return byte() + 256U * byte(); }
  std::string_view take(std::size_t count) {
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(taken.size());
    return taken;
  }
  unsigned byte() {
    const std::string_view one = take(1);
    return one.empty() ? 0 : static_cast<unsigned char>(one.front());
  }

 private:
  std::string_view left_;
};

struct Machine {
  explicit Machine(const Image& image, std::uint64_t seed) : disk(image), random(seed) {
    auto opened = stream::Store::open({"fuzzed", max_size, 2000, stream::Durability::power}, files, random, clock);
    CHECK(static_cast<bool>(opened));
    store = std::move(*opened);
  }

  Disk disk;
  Quiet quiet;
  SimFileSystem files{disk, quiet};
  SeededRandom random;
  SystemClock clock;
  std::unique_ptr<stream::Store> store;
};

stream::ChunkPtr chunk(std::uint64_t first_seq, std::uint64_t epoch, std::uint32_t records, std::string_view line) {
  auto made = std::make_shared<record::Chunk>();
  made->first_seq = first_seq;
  made->epoch = epoch;
  made->records = records;
  for (std::uint32_t i = 0; i < records; ++i) (made->plain += line) += '\n';
  made->plain_bytes = static_cast<std::uint32_t>(made->plain.size());
  return made;
}

void append(stream::Store& store, std::uint64_t first_seq, std::uint32_t records, std::string_view line) {
  const stream::ChunkPtr made = chunk(first_seq, store.epoch(), records, line);
  const stream::Store::Committed committed = store.commit({&made, 1});
  CHECK(committed.error == 0 && committed.end == made->end_seq());
}

// What two runs of a daemon leave, made once.
const Image& real_image() {
  static const Image image = [] {
    Image last;
    for (std::uint64_t run = 0; run < 2; ++run) {
      Machine machine(last, 11);
      for (int i = 0; i < 12; ++i)
        append(*machine.store, machine.store->next_seq() + static_cast<std::uint64_t>(i) * 3, 3,
               R"({"message":"0123456789"})");
      stream::CursorState state;
      state.mark = 3 + run;
      state.settled = {{9, 12}};
      state.totals.delivered = 6 + run;
      CHECK(machine.store->save(sink, state));
      last = machine.disk.killed();
    }
    return last;
  }();
  return image;
}

// Either files as the input has them, or a real folder with some damage.
Image image_of(Input& input) {
  Image image;
  if (input.byte() % 2 == 0) {
    while (!input.ended() && image.files.size() < 8) {
      const std::string name(input.take(input.byte() % 32));
      const Bytes content = bytes(std::string(input.take(input.number())));
      if (!name.empty() && name.find('/') == std::string::npos) image.files[name] = content;
    }
    return image;
  }
  image = real_image();
  while (!input.ended()) {
    auto file = image.files.begin();
    std::advance(file, static_cast<std::ptrdiff_t>(input.byte() % image.files.size()));
    std::string content = file->second->text();
    const std::size_t at = content.empty() ? 0 : input.number() % content.size();
    switch (input.byte() % 5) {
      case 0:
        if (!content.empty()) content[at] = static_cast<char>(input.byte());
        break;
      case 1:
        content.resize(at);
        break;
      case 2:
        content.insert(at, input.take(input.byte()));
        break;
      case 3:
        content.erase(at, input.byte());
        break;
      case 4:
        content += content.substr(at);
        break;
    }
    if (content.size() > 65536) content.resize(65536);
    file->second = bytes(std::move(content));
  }
  return image;
}

bool stands_in(const Image& image, std::string_view part) {
  for (const auto& [name, content] : image.files) {
    if (content->text().find(part) != std::string::npos) return true;
  }
  return false;
}

// Everything that can be read; ends.
std::uint64_t read_all(stream::Store& store, const Image& allowed) {
  const std::unique_ptr<stream::Store::Reader> reader = store.reader();
  std::uint64_t records = 0;
  for (std::uint64_t seq = 0; seq < store.next_seq();) {
    const stream::Store::Reader::Found found = reader->read(seq);
    CHECK(found.damaged.size() == 0 || found.damaged.end > seq);
    if (found.chunk == nullptr) {
      if (found.damaged.size() == 0) break;
      seq = found.damaged.end;
      continue;
    }
    CHECK(found.chunk->end_seq() > seq && found.chunk->records > 0);
    CHECK(stands_in(allowed, found.chunk->is_packed() ? found.chunk->packed.deflate : found.chunk->plain));
    records += found.chunk->records;
    seq = found.chunk->end_seq();
  }
  return records;
}

void check_ranges(const stream::Store& store) {
  std::uint64_t end = 0;
  for (const stream::Range& range : store.present()) {
    CHECK(range.begin < range.end && range.begin >= end);
    end = range.end;
  }
  CHECK(end <= store.next_seq());
}

}  // namespace
}  // namespace towline::simulation

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace towline;
  using namespace towline::simulation;
  static const bool quiet = (diagnostics::configure(diagnostics::Severity::error, diagnostics::Format::text), true);
  (void)quiet;
  Input input({reinterpret_cast<const char*>(data), size});
  const Image image = image_of(input);

  Machine first(image, 1);
  check_ranges(*first.store);
  CHECK(first.store->disk_bytes() <= max_size && first.disk.used() <= max_size);
  const std::uint64_t records = read_all(*first.store, image);
  const std::uint64_t seq = first.store->next_seq();

  Machine second(first.disk.killed(), 2);
  CHECK(second.store->next_seq() == seq && second.store->present() == first.store->present());
  CHECK(second.store->cursor(sink) == first.store->cursor(sink));
  CHECK(read_all(*second.store, image) == records);
  append(*second.store, seq, 2, R"({"fresh":true})");
  CHECK(second.store->disk_bytes() <= max_size && second.disk.used() <= max_size);

  Machine third(second.disk.killed(), 3);
  CHECK(third.store->next_seq() == seq + 2);
  const auto found = third.store->reader()->read(seq);
  CHECK(found.chunk != nullptr && found.chunk->first_seq == seq &&
        found.chunk->plain == "{\"fresh\":true}\n{\"fresh\":true}\n");
  return 0;
}
