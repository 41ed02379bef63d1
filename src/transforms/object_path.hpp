// Places in a record that may not be there yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "record/record.hpp"

namespace towline::transforms {

// The object that the last level of this path (without wildcards) is a member of. Objects on the way that are missing
// are made; what stands in the way and isn't an object or array is replaced by an object. std::nullopt if the path
// leads into an array, where nothing is added.
std::optional<record::NodeId> make_parent(record::Record& record, const record::Path& path);

// Whether make_parent() would succeed once the nodes `leaving` have been removed. Changes nothing.
bool can_make_parent(const record::Record& record, const record::Path& path, std::span<const record::NodeId> leaving);

// What a path (without wildcards) leads to, once the nodes `leaving` have been removed.
enum class Way : std::uint8_t {
  clear,     // nothing is there, and nothing would have to give way for it
  occupied,  // a value is there, or one that is neither an object nor an array is in the way
  closed,    // it leads into an array, where nothing is added
};
Way way_to(const record::Record& record, const record::Path& path, std::span<const record::NodeId> leaving);

// How many bytes a step may add to a record by repeating what is in it. Without a limit a small record with a long text
// and a key that stands thousands of times would become a giant.
std::size_t growth_max(const record::Record& record);

struct Places {
  std::size_t count = 0;
  record::NodeId last = record::no_node;
};
Places find_places(const record::Record& record, const record::Path& path);

// Calls put(NodeId) for each value at the end of a path (without wildcards), which may replace it by a value of
// `bytes()` bytes. Where those together would be more than growth_max(), only the last one is replaced, which most
// readers of JSON take, and the others are removed. Returns whether there was any.
template <class Bytes, class PutValue>
bool replace_each(record::Record& record, const record::Path& path, Bytes&& bytes, PutValue&& put) {
  const Places places = find_places(record, path);
  if (places.count > 1 && bytes() <= growth_max(record) / places.count) {
    record.each(path, put);
  } else if (places.count > 0) {
    put(places.last);
    if (places.count == 1) return true;
    record.each(path, [&](record::NodeId id) {
      if (id != places.last) record.remove(id);
    });
  }
  return places.count > 0;
}

// Puts a copy of a value at the end of a path (without wildcards): in the place of each value that is there, see
// replace_each(), otherwise as a new member, as after make_parent(). Both may be the same record, and one value inside
// of the other.
enum class Put : std::uint8_t {
  done,
  no_place,  // nothing was changed: the way is closed
  limit,     // nothing was changed, or not each value that is there: see graft()
};
Put put_copy(record::Record& to, const record::Path& path, const record::Record& from, record::NodeId what);

// The last of the values that a path means, as most readers of JSON take the last of several members of one name.
std::optional<record::NodeId> find_last(const record::Record& record, const record::Path& path);

}  // namespace towline::transforms
