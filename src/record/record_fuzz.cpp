// Any bytes: parsing ends without a crash, what is written of an accepted record is the record, random edits of it give
// a record again, and what isn't a record can be wrapped into one.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "record/graft.hpp"
#include "record/record.hpp"

namespace {

using namespace towline::record;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string written(const Record& record) {
  std::string out;
  record.write(out);
  return out;
}

void require_record(std::string text) {
  const std::size_t size = text.size();
  text.append(padding, '}');
  Record record;
  require(record.parse(std::string_view(text).substr(0, size), {}) == ParseError::none);
  require(written(record) == text.substr(0, size));
}

// The edits are chosen by the input's own bytes.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  std::size_t below(std::size_t bound) {
    if (bytes_.empty() || bound == 0) return 0;
    const auto byte = static_cast<unsigned char>(bytes_[at_++ % bytes_.size()]);
    return (byte + at_) % bound;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

NodeId choose(const Record& record, Choices& choices) {
  NodeId id = record.next_in_order(Record::root);
  for (std::size_t left = choices.below(16); left > 0 && record.next_in_order(id) != no_node; --left)
    id = record.next_in_order(id);
  return id;
}

// What goes beyond a limit is refused, and then nothing has changed.
void copy(Record& to, NodeId at, const Record& from, NodeId what) {
  const std::string before = written(to);
  const bool fits = depth(to, at) + extent(from, what).height <= depth_max;
  const bool copied = graft(to, at, from, what);
  require(fits || !copied);
  require(copied || written(to) == before);
}

void edit(Record& record, const Record& other, Choices& choices) {
  const NodeId id = choose(record, choices);
  const std::size_t kind = choices.below(10);
  if (id == no_node || kind == 0)
    record.ensure_time("dt");
  else if (kind == 1)
    record.remove(id);
  else if (kind == 2)
    record.set_string(id, "new\n");
  else if (kind == 3 && !record.in_array(id))
    record.set_key(id, "k\"");
  else if (kind == 4 && record.type(id) == Type::object)
    record.insert(id, "added", "1");
  else if (kind == 5 && record.type(id) == Type::array)
    record.append_element(id, "\"added\"");
  else if (kind == 6)
    record.make_array(id);
  else if (kind == 7)
    copy(record, id, record, choose(record, choices));
  else if (kind == 8)
    copy(record, id, other, other.next_in_order(Record::root));
  else if (kind == 9 && !record.in_array(id) && record.parent(id) != Record::root)
    record.move(id, Record::root);
  else
    record.make_object(id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string text(input);
  text.append(padding, '"');
  static Record record;
  if (record.parse(std::string_view(text).substr(0, size), {}) != ParseError::none) {
    record.wrap(input, "fuzz", {}, size % 3);
    require_record(written(record));
    return 0;
  }
  require_record(written(record));
  Choices choices(input);
  const Record unedited(record);
  for (std::size_t edits = choices.below(12); edits > 0; --edits) {
    edit(record, unedited, choices);
    const Record copy(record);
    require_record(written(copy));
  }
  return 0;
}
