#include "stream/disk/two_slots.hpp"

#include <cerrno>

#include "base/check.hpp"
#include "stream/disk/crc32c.hpp"
#include "stream/disk/little_endian.hpp"

namespace towline::stream::disk {

namespace {

constexpr std::string_view magic = "\xFFtowslt\n";
constexpr std::uint32_t version = 1;
constexpr std::size_t header_bytes = 40;
constexpr std::uint64_t file_bytes = 2 * slot_bytes;

std::uint64_t offset_of(std::uint64_t generation) {
  return (generation & 1U) * slot_bytes;
}

}  // namespace

std::string encode(const Slot& slot) {
  CHECK(slot.body.size() <= slot_body_max);
  std::string out(magic);
  put(out, version);
  put(out, static_cast<std::uint32_t>(slot.body.size()));
  out.append(slot.uuid.data(), slot.uuid.size());
  put(out, slot.generation);
  out += slot.body;
  put(out, crc32c(out));
  return out;
}

std::optional<Slot> decode_slot(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return std::nullopt;
  ByteReader reader(bytes.substr(magic.size()));
  const auto found_version = reader.take<std::uint32_t>();
  const auto body_bytes = reader.take<std::uint32_t>();
  Slot slot;
  reader.take(slot.uuid.size()).copy(slot.uuid.data(), slot.uuid.size());
  slot.generation = reader.take<std::uint64_t>();
  slot.body = reader.take(body_bytes);
  const auto crc = reader.take<std::uint32_t>();
  if (!reader.ok() || found_version != version) return std::nullopt;
  if (crc != crc32c(bytes.substr(0, header_bytes + body_bytes))) return std::nullopt;
  return slot;
}

Slots read_slots(const Folder& folder, std::string_view name, const Uuid* uuid) {
  Slots slots;
  Handle file;
  slots.error = folder.open(name, file);
  if (slots.error != 0) return slots;
  for (std::uint64_t turn = 0; turn < 2; ++turn) {
    std::string bytes(slot_bytes, '\0');
    std::size_t got = 0;
    if (folder.files.read(file.file(), offset_of(turn), bytes, got) != 0) continue;
    std::optional<Slot> slot = decode_slot(std::string_view(bytes).substr(0, got));
    // A slot in the other one's place was copied there by somebody; it would be overwritten at the wrong time.
    if (!slot || offset_of(slot->generation) != offset_of(turn)) continue;
    if (uuid != nullptr && slot->uuid != *uuid) continue;
    ++slots.intact;
    if (!slots.newest || slot->generation > slots.newest->generation) slots.newest = std::move(slot);
  }
  return slots;
}

int SlotWriter::write(const Uuid& uuid, std::string body) {
  const Slot slot{uuid, generation_ + 1, std::move(body)};
  if (is_suspect_ || update(slot) != 0) {
    is_suspect_ = true;
    if (const int error = replace(slot); error != 0) return error;
    is_suspect_ = false;
  }
  generation_ = slot.generation;
  return 0;
}

int SlotWriter::update(const Slot& slot) {
  Handle file;
  const int error = folder_.open(name_, file);
  return error != 0 ? error : write_in(file, slot);
}

int SlotWriter::replace(const Slot& slot) {
  // Segments leave room for it. Where there is none all the same (max_size was lowered), it is written nevertheless:
  // without checkpoints nothing would ever be released.
  const std::uint64_t cost = Quota::cost(file_bytes);
  quota_.charge(part_, cost);
  Handle old;
  const bool replaces = folder_.open(name_, old) == 0;
  const std::string replacement = name_ + std::string(replacement_extension);
  int error = write_new(replacement, slot);
  if (error == 0) error = folder_.files.rename(replacement, name_);
  if (error != 0) folder_.files.remove(replacement);
  if (error != 0 || replaces) quota_.discharge(part_, cost);
  return error != 0 ? error : folder_.sync_names();
}

int SlotWriter::write_new(const std::string& name, const Slot& slot) {
  folder_.files.remove(name);  // of an attempt that failed
  Handle file;
  if (const int error = folder_.create(name, file); error != 0) return error;
  // Both slots get their blocks now: a full disk must not stop a checkpoint later.
  const int error = folder_.files.allocate(file.file(), file_bytes);
  return error == 0 || error == EOPNOTSUPP ? write_in(file, slot) : error;
}

int SlotWriter::write_in(const Handle& file, const Slot& slot) {
  const int error = folder_.files.write(file.file(), offset_of(slot.generation), encode(slot));
  return error != 0 ? error : folder_.sync(file);
}

}  // namespace towline::stream::disk
