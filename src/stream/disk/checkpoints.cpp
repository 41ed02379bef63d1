#include "stream/disk/checkpoints.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/diagnostics.hpp"
#include "stream/disk/checkpoint_format.hpp"

namespace towline::stream::disk {

namespace {

constexpr std::string_view extension = ".cursor";

// Sinks' ids are letters, digits, - and _ (the configuration sees to it), so they are file names as they are.
std::string name_of(std::string_view sink) {
  return std::string(sink).append(extension);
}

}  // namespace

bool Checkpoints::is_name(std::string_view name) {
  return name.size() > extension.size() && name.ends_with(extension);
}

void Checkpoints::load(const std::string& name, const Uuid& uuid) {
  const std::string sink = name.substr(0, name.size() - extension.size());
  const Slots slots = read_slots(folder_, name, &uuid);
  Known& cursor = known(sink);
  if (slots.newest) {
    cursor.writer.follow(slots.newest->generation);
    cursor.state = decode_cursor_state(slots.newest->body);
  }
  if (cursor.state)
    end_ = std::max(end_, end_of(*cursor.state));
  else
    diagnostics::error("stream.cursor_lost",
                       "a checkpoint can't be read: the sink gets everything again that is stored",
                       {{"stream", stream_}, {"sink", sink}});
}

std::optional<CursorState> Checkpoints::state(std::string_view sink) const {
  const auto known = known_.find(sink);
  return known == known_.end() ? std::nullopt : known->second.state;
}

std::uint64_t Checkpoints::least_mark() const {
  std::uint64_t least = UINT64_MAX;
  for (const auto& [sink, cursor] : known_) least = std::min(least, cursor.state ? cursor.state->mark : 0);
  return known_.empty() ? 0 : least;
}

int Checkpoints::save(std::string_view sink, const CursorState& state, const Uuid& uuid) {
  return known(sink).writer.write(uuid, encode(state));
}

Checkpoints::Known& Checkpoints::known(std::string_view sink) {
  const auto found = known_.find(sink);
  if (found != known_.end()) return found->second;
  SlotWriter writer(folder_, quota_, Quota::Part::cursors, name_of(sink));
  return known_.emplace(sink, Known{std::nullopt, std::move(writer)}).first->second;
}

}  // namespace towline::stream::disk
