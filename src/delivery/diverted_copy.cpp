#include "delivery/diverted_copy.hpp"

#include <memory>
#include <string>
#include <utility>

#include "component/encode.hpp"
#include "record/record.hpp"

namespace towline::delivery {

using component::Batch;
using component::Slice;
using record::NodeId;
using record::Record;

namespace {

constexpr std::string_view member = "towline";
constexpr std::string_view mark = "diverted_from";

class Marker {
 public:
  explicit Marker(std::string_view sink) : sink_(sink) {}

  // `line` has record::padding readable bytes behind it.
  void append(std::string_view line, std::string& out) {
    if (record_.parse(line, {}) == record::ParseError::none && add_mark()) {
      record_.write(out);
    } else {
      out += line;
    }
    out += '\n';
  }

 private:
  bool add_mark() {
    NodeId object = record_.find(Record::root, member);
    if (object == record::no_node) {
      object = record_.insert(Record::root, member, "null");
      record_.make_object(object);
    }
    if (record_.type(object) != record::Type::object) return false;
    NodeId id = record_.find(object, mark);
    if (id == record::no_node) id = record_.insert(object, mark, "null");
    record_.set_string(id, sink_);
    return true;
  }

  std::string_view sink_;
  Record record_;
};

std::string marked(std::string_view plain, Marker& marker) {
  std::string padded(plain);
  padded.append(record::padding, '\0');
  std::string out;
  for (std::string_view rest(padded.data(), plain.size()); !rest.empty();) {
    const std::size_t newline = rest.find('\n');
    marker.append(rest.substr(0, newline), out);
    rest.remove_prefix(newline + 1);
  }
  out.shrink_to_fit();
  return out;
}

// The same in each run. FNV-1a, 64 bits.
std::uint64_t epoch_of_copy(std::uint64_t epoch, std::string_view sink) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ epoch;
  for (const char c : sink) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

Slice copy_of(const Slice& slice, std::string_view sink, Marker& marker, MemoryBudget& budget) {
  auto chunk = std::make_shared<record::Chunk>();
  std::string scratch;
  chunk->plain = marked(component::plain_of(slice, scratch), marker);
  chunk->first_seq = slice.first_seq();
  chunk->epoch = epoch_of_copy(slice.chunk->epoch, sink);
  chunk->records = slice.records;
  chunk->plain_bytes = static_cast<std::uint32_t>(chunk->plain.size());
  chunk->oldest = slice.chunk->oldest;
  chunk->received = slice.chunk->received;
  chunk->charge = Charge(budget, chunk->bytes_held());
  return {std::move(chunk), 0, slice.records};
}

}  // namespace

// A sink's id needs no escapes.
std::uint64_t copy_bytes_max(const Batch& batch, std::string_view sink) {
  constexpr std::string_view added = R"(,"":{"":""})";
  return batch.plain_bytes + batch.records * (added.size() + member.size() + mark.size() + sink.size());
}

Batch diverted_copy(const Batch& batch, std::string_view sink, MemoryBudget& budget) {
  Marker marker(sink);
  Batch copy;
  copy.first_seq = batch.first_seq;
  copy.records = batch.records;
  copy.oldest = batch.oldest;
  for (const Slice& slice : batch.slices) {
    copy.slices.push_back(copy_of(slice, sink, marker, budget));
    copy.plain_bytes += copy.slices.back().chunk->plain_bytes;
  }
  return copy;
}

}  // namespace towline::delivery
