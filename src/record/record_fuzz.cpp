// Any bytes: parsing ends without a crash, what is written of an accepted record is the record, random edits of it give
// a record again, and what isn't a record can be wrapped into one.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

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

void edit(Record& record, Choices& choices) {
  const NodeId id = choose(record, choices);
  const std::size_t kind = choices.below(6);
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
  for (std::size_t edits = choices.below(12); edits > 0; --edits) {
    edit(record, choices);
    const Record copy(record);
    require_record(written(copy));
  }
  return 0;
}
