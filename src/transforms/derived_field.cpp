#include "transforms/derived_field.hpp"

#include <algorithm>
#include <string>

#include "record/json_text.hpp"
#include "transforms/object_path.hpp"

namespace towline::transforms {

namespace {

using record::NodeId;
using record::Record;

constexpr std::size_t scratch_kept = std::size_t{128} * 1024;  // bytes; more is given back

// Whether the target is a member of the object that all of the field's values are members of.
bool in_same_object(const Record& record, std::span<const NodeId> found, const FieldPath& field,
                    const FieldPath& target) {
  const auto& from = field.path.segments();
  const auto& to = target.path.segments();
  const auto same = [](const record::Path::Segment& x, const record::Path::Segment& y) { return x.text == y.text; };
  if (!std::equal(from.begin(), from.end() - 1, to.begin(), to.end() - 1, same)) return false;
  const NodeId parent = record.parent(found.front());
  const auto is_member = [&](NodeId id) { return record.parent(id) == parent && !record.in_array(id); };
  return std::ranges::all_of(found, is_member);
}

// The last one becomes the new field, as most readers of JSON take the last of several members of one name.
void replace_in_object(Record& record, std::span<const NodeId> found, std::string_view key, std::string_view json) {
  const NodeId object = record.parent(found.back());
  for (NodeId child = record.first_child(object); child != record::no_node; child = record.next_sibling(child)) {
    if (record.key_is(child, key)) record.remove(child);
  }
  for (const NodeId id : found.first(found.size() - 1)) record.remove(id);
  record.set_key(found.back(), key);
  record.set_value(found.back(), json);
}

}  // namespace

bool put_scalar(Record& record, const record::Path& path, std::string_view json) {
  bool there = false;
  record.each(path, [&](NodeId id) {
    record.set_value(id, json);
    there = true;
  });
  if (there) return true;
  if (!can_make_parent(record, path, {})) return false;
  const std::optional<NodeId> object = make_parent(record, path);
  if (object) record.insert(*object, path.segments().back().text, json);
  return object.has_value();
}

bool put_derived(Record& record, std::span<const NodeId> found, const FieldPath& field, const FieldPath& target,
                 bool keep_original, std::string_view json) {
  if (keep_original || same_field(field, target)) return put_scalar(record, target.path, json);
  if (in_same_object(record, found, field, target)) {
    replace_in_object(record, found, target.path.segments().back().text, json);
    return true;
  }
  if (way_to(record, target.path, found) == Way::closed) return false;
  for (const NodeId id : found) record.remove(id);
  return put_scalar(record, target.path, json);
}

std::string_view decoded(const Record& record, NodeId string, std::string& scratch) {
  const std::string_view json = record.value(string);
  const std::string_view inside = json.substr(1, json.size() - 2);
  if (scratch.capacity() > scratch_kept) scratch = std::string();
  if (!record.value_escaped(string)) return inside;
  scratch.clear();
  const bool valid = record::append_decoded(scratch, inside);
  return valid ? std::string_view(scratch) : inside;  // it is: the record was parsed
}

}  // namespace towline::transforms
