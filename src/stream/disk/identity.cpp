#include "stream/disk/identity.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>

#include "base/diagnostics.hpp"
#include "stream/disk/checkpoints.hpp"
#include "stream/disk/little_endian.hpp"

namespace towline::stream::disk {

namespace {

std::optional<Uuid> uuid_of_segment(const Folder& folder, const std::string& name) {
  Handle file;
  if (folder.open(name, file) != 0) return std::nullopt;
  std::string bytes(segment_header_bytes, '\0');
  std::size_t got = 0;
  if (folder.files.read(file.file(), 0, bytes, got) != 0) return std::nullopt;
  const std::optional<SegmentHeader> header = decode_segment_header(std::string_view(bytes).substr(0, got));
  return header ? std::optional(header->uuid) : std::nullopt;
}

std::optional<Uuid> uuid_of(const Folder& folder, const std::string& name) {
  if (first_seq_of(name)) return uuid_of_segment(folder, name);
  if (!Checkpoints::is_name(name)) return std::nullopt;
  const Slots slots = read_slots(folder, name);
  return slots.newest ? std::optional(slots.newest->uuid) : std::nullopt;
}

Uuid random_uuid(Random& random) {
  std::string bytes;
  put(bytes, random.next());
  put(bytes, random.next());
  Uuid uuid;
  bytes.copy(uuid.data(), uuid.size());
  return uuid;
}

}  // namespace

void Identity::load(const std::vector<std::string>& names, const std::string& stream, Random& random) {
  const Slots slots = read_slots(folder_, identity_file);
  if (slots.newest) {
    uuid_ = slots.newest->uuid;
    writer_.follow(slots.newest->generation);
    least_seq_ = ByteReader(slots.newest->body).take<std::uint64_t>();
  } else {
    uuid_ = uuid_by_vote(names, random);
    if (slots.error != ENOENT)
      diagnostics::error("stream.identity_lost",
                         "the file `stream` can't be read: the other files say who the stream is",
                         {{"stream", stream}});
  }
  for (int good = slots.intact; good < 2; ++good)
    if (save() != 0) return;  // it is tried again at the next start
}

int Identity::raise_least_seq(std::uint64_t seq) {
  if (seq <= least_seq_) return 0;
  least_seq_ = seq;
  return save();
}

int Identity::save() {
  std::string body;
  put(body, least_seq_);
  return writer_.write(uuid_, std::move(body));
}

Uuid Identity::uuid_by_vote(const std::vector<std::string>& names, Random& random) const {
  std::map<Uuid, int> votes;
  for (const std::string& name : names)
    if (const std::optional<Uuid> uuid = uuid_of(folder_, name)) ++votes[*uuid];
  if (votes.empty()) return random_uuid(random);
  return std::max_element(votes.begin(), votes.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
}

}  // namespace towline::stream::disk
