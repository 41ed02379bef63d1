#include "stream/disk/quarantine.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <vector>

#include "base/diagnostics.hpp"

namespace towline::stream::disk {

namespace {

constexpr std::size_t copy_piece = 64 * 1024;

std::string path_of(const std::string& name) {
  return std::string(quarantine_folder) + '/' + name;
}

// 0 where it can't be said.
std::uint64_t size_of(const Folder& folder, const std::string& path) {
  Handle file;
  std::uint64_t bytes = 0;
  if (folder.open(path, file) == 0) folder.files.size(file.file(), bytes);
  return bytes;
}

int copy_bytes(const Folder& folder, const Handle& from, std::uint64_t offset, std::uint64_t bytes, const Handle& to) {
  std::string piece;
  for (std::uint64_t done = 0; done < bytes; done += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(copy_piece, bytes - done)));
    std::size_t got = 0;
    if (const int error = folder.files.read(from.file(), offset + done, piece, got); error != 0) return error;
    if (got != piece.size()) return EIO;
    if (const int error = folder.files.write(to.file(), done, piece); error != 0) return error;
  }
  return 0;
}

}  // namespace

void Quarantine::load() {
  std::vector<std::string> names;
  if (folder_.files.list(quarantine_folder, names) != 0) return;
  std::sort(names.begin(), names.end());  // they begin with a number that rises
  for (const std::string& name : names) {
    const std::uint64_t cost = Quota::cost(size_of(folder_, path_of(name)));
    quota_.charge(Quota::Part::quarantine, cost);
    kept_.push_back({name, cost});
    std::uint64_t number = 0;
    std::from_chars(name.data(), name.data() + std::min<std::size_t>(name.size(), 8), number, 16);
    number_ = std::max(number_, number);
  }
}

int Quarantine::move(const std::string& name, Quota::Part part, std::uint64_t cost) {
  const bool keep = make_room(cost) && folder_.files.make_folder(quarantine_folder) == 0;
  const std::string kept_name = new_name(name);
  const int error = keep ? folder_.files.rename(name, path_of(kept_name)) : folder_.files.remove(name);
  if (error != 0) return error;
  quota_.discharge(part, cost);
  if (keep) {
    quota_.charge(Quota::Part::quarantine, cost);
    kept_.push_back({kept_name, cost});
    folder_.sync_names(quarantine_folder);
  }
  folder_.sync_names();
  diagnostics::warn("stream.quarantined",
                    "a file that can't be used was moved to bad/, or deleted for want of room there",
                    {{"stream", stream_}, {"file", name}, {"kept", keep}});
  return 0;
}

void Quarantine::copy(const std::string& name, const Handle& file, std::uint64_t offset, std::uint64_t bytes) {
  const std::uint64_t cost = Quota::cost(bytes);
  if (!make_room(cost) || quota_.room(Quota::Part::quarantine) < cost) return;
  if (folder_.files.make_folder(quarantine_folder) != 0) return;
  const Kept kept{new_name(name), cost};
  Handle copy;
  if (folder_.create(path_of(kept.name), copy) != 0) return;
  quota_.charge(Quota::Part::quarantine, cost);
  kept_.push_back(kept);
  if (copy_bytes(folder_, file, offset, bytes, copy) == 0) return;
  copy.close();
  if (folder_.files.remove(path_of(kept.name)) != 0) return;
  quota_.discharge(Quota::Part::quarantine, cost);
  kept_.pop_back();
}

void Quarantine::shrink() {
  while (quota_.used() > quota_.max_size())
    if (!remove_oldest()) return;
}

bool Quarantine::make_room(std::uint64_t cost) {
  const std::uint64_t most = quota_.max_size() / 8;
  if (cost > most) return false;
  while (quota_.used(Quota::Part::quarantine) + cost > most)
    if (!remove_oldest()) return false;
  return true;
}

bool Quarantine::remove_oldest() {
  if (kept_.empty()) return false;
  const int error = folder_.files.remove(path_of(kept_.front().name));
  if (error != 0 && error != ENOENT) return false;
  quota_.discharge(Quota::Part::quarantine, kept_.front().cost);
  kept_.pop_front();
  return true;
}

std::string Quarantine::new_name(std::string_view name) {
  char number[16];
  std::snprintf(number, sizeof(number), "%08llx-", static_cast<unsigned long long>(++number_ & 0xFFFFFFFFU));
  return std::string(number).append(name);
}

}  // namespace towline::stream::disk
