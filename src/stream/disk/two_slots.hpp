// A small file that is never half written: two slots, written in turn, of which the newest intact one counts. Cursors'
// checkpoints and the stream's identity are kept so. docs/stream-format.md has the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stream/disk/folder.hpp"
#include "stream/disk/quota.hpp"
#include "stream/disk/segment_format.hpp"

namespace towline::stream::disk {

inline constexpr std::size_t slot_bytes = 4096;
inline constexpr std::size_t slot_body_max = slot_bytes - 44;  // the rest is header and checksum
inline constexpr std::string_view replacement_extension = ".new";

struct Slot {
  Uuid uuid{};
  std::uint64_t generation = 0;  // rises by one with every write
  std::string body;              // at most slot_body_max
};
std::string encode(const Slot& slot);
std::optional<Slot> decode_slot(std::string_view bytes);

struct Slots {
  std::optional<Slot> newest;
  int intact = 0;
  int error = 0;  // why the file can't be read; ENOENT: there is none
};
// With `uuid`, slots of other streams count as bad.
Slots read_slots(const Folder& folder, std::string_view name, const Uuid* uuid = nullptr);

// Writes one such file.
class SlotWriter {
 public:
  SlotWriter(const Folder& folder, Quota& quota, Quota::Part part, std::string name)
      : folder_(folder), quota_(quota), part_(part), name_(std::move(name)) {}

  // The generation of the newest good slot: what comes next goes into the other one.
  void follow(std::uint64_t generation) { generation_ = generation; }

  // Writes the slot whose turn it is, and syncs it. Where there is no file, or it doesn't take the slot, the whole file
  // is replaced: after a failed sync nothing that is written to the old one could be trusted. 0 or an errno; then what
  // was readable still is.
  int write(const Uuid& uuid, std::string body);

 private:
  int update(const Slot& slot);
  int replace(const Slot& slot);
  int write_new(const std::string& name, const Slot& slot);
  int write_in(const Handle& file, const Slot& slot);

  const Folder& folder_;
  Quota& quota_;
  Quota::Part part_;
  std::string name_;
  std::uint64_t generation_ = 0;
  bool is_suspect_ = false;
};

}  // namespace towline::stream::disk
