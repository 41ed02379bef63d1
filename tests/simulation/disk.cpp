#include "simulation/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>

#include "base/check.hpp"

namespace towline::simulation {

namespace {

constexpr std::uint64_t sector = 512;

std::string_view folder_of(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

std::uint64_t blocks(std::uint64_t bytes) {
  return (bytes + Disk::block - 1) / Disk::block * Disk::block;
}

void overwrite(std::string& content, std::uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
  content.replace(offset, bytes.size(), bytes);
}

}  // namespace

std::uint64_t Content::hash() const {
  std::uint64_t hash = hash_.load(std::memory_order_relaxed);
  if (hash == 0) {
    hash = std::hash<std::string>()(text_) | 1U;
    hash_.store(hash, std::memory_order_relaxed);
  }
  return hash;
}

std::uint64_t Image::fingerprint() const {
  const std::hash<std::string_view> hash;
  std::uint64_t sum = folders.size();
  for (const auto& [name, bytes] : files) {
    sum = (sum ^ hash(name)) * 0x9E3779B97F4A7C15U;
    sum = ((sum >> 29U) ^ sum ^ bytes->hash()) * 0xBF58476D1CE4E5B9U;
  }
  return sum ^ (sum >> 32U);
}

Disk::Disk(const Image& image) {
  for (const auto& [name, bytes] : image.files) {
    inodes_[next_inode_] = File{bytes, bytes, {}, 0};
    names_.files[name] = next_inode_++;
  }
  names_.folders = image.folders;
  durable_names_ = names_;
}

int Disk::find(std::string_view name, Inode& inode) const {
  const auto found = names_.files.find(name);
  if (found == names_.files.end()) return ENOENT;
  inode = found->second;
  return 0;
}

int Disk::list(std::string_view folder, std::vector<std::string>& names) const {
  if (!folder.empty() && !names_.folders.contains(folder)) return ENOENT;
  for (const auto& [name, inode] : names_.files) {
    if (folder_of(name) == folder) names.push_back(folder.empty() ? name : name.substr(folder.size() + 1));
  }
  if (folder.empty()) names.insert(names.end(), names_.folders.begin(), names_.folders.end());
  return 0;
}

int Disk::make_folder(std::string_view name) {
  if (!name.empty() && !names_.folders.contains(name)) change({{}, std::string(name), -1});
  return 0;
}

int Disk::create(std::string_view name, Inode& inode) {
  if (find(name, inode) == 0) return EEXIST;
  if (!folder_of(name).empty() && !names_.folders.contains(folder_of(name))) return ENOENT;
  inode = next_inode_++;
  inodes_[inode] = File{bytes({}), bytes({}), {}, 0};
  change({{}, std::string(name), inode});
  return 0;
}

int Disk::remove(std::string_view name) {
  Inode inode = 0;
  if (find(name, inode) != 0) return ENOENT;
  change({std::string(name), {}, inode});
  return 0;
}

int Disk::rename(std::string_view from, std::string_view to) {
  Inode inode = 0;
  if (find(from, inode) != 0) return ENOENT;
  if (!folder_of(to).empty() && !names_.folders.contains(folder_of(to))) return ENOENT;
  change({std::string(from), std::string(to), inode});
  return 0;
}

void Disk::change(NameChange change) {
  names_.apply(change);
  pending_names_.push_back(std::move(change));
}

void Disk::Names::apply(const NameChange& change) {
  if (change.inode < 0) {
    folders.insert(change.to);
    return;
  }
  if (!change.from.empty()) files.erase(change.from);
  if (!change.to.empty()) files[change.to] = change.inode;
}

void Disk::apply(std::string& content, const FileChange& change) {
  if (change.truncate) {
    content.resize(change.offset, '\0');
  } else {
    overwrite(content, change.offset, *change.bytes);
  }
}

// Contents are shared with crash states and images, so a change makes a new one.
void Disk::change(File& file, FileChange change) {
  std::string content = file.cached->text();
  apply(content, change);
  file.cached = bytes(std::move(content));
  file.pending.push_back(std::move(change));
  file.outcomes.reset();
}

void Disk::write(Inode inode, std::uint64_t offset, std::string_view what) {
  change(inodes_.at(inode), {false, offset, std::make_shared<std::string>(what)});
}

void Disk::truncate(Inode inode, std::uint64_t bytes) {
  File& file = inodes_.at(inode);
  file.reserved = 0;
  change(file, {true, bytes, nullptr});
}

void Disk::allocate(Inode inode, std::uint64_t bytes) {
  File& file = inodes_.at(inode);
  file.reserved = std::max(file.reserved, bytes);
}

void Disk::sync(Inode inode) {
  File& file = inodes_.at(inode);
  if (file.pending.empty()) return;
  std::string content = file.durable->text();
  for (const FileChange& pending : file.pending) apply(content, pending);
  file.durable = bytes(std::move(content));
  file.pending.clear();
  file.outcomes.reset();
}

void Disk::fail_sync(Inode inode, Choices& choices, bool thorough) {
  File& file = inodes_.at(inode);
  const std::vector<Outcome>& possible = outcomes(file);
  const std::size_t count = thorough ? possible.size() : std::min<std::size_t>(possible.size(), 2);
  file.durable = possible[choices.below(count)].content;
  file.pending.clear();
  file.outcomes.reset();
}

bool Disk::concerns(const NameChange& change, std::string_view folder) {
  return (!change.from.empty() && folder_of(change.from) == folder) ||
         (!change.to.empty() && folder_of(change.to) == folder);
}

void Disk::sync_folder(std::string_view folder) {
  std::set<Inode> moved;  // what happened to a file before it came here, or left, is durable with it
  for (const NameChange& change : pending_names_) {
    if (change.inode >= 0 && concerns(change, folder)) moved.insert(change.inode);
  }
  const auto waiting = std::stable_partition(
      pending_names_.begin(), pending_names_.end(),
      [&](const NameChange& change) { return concerns(change, folder) || moved.contains(change.inode); });
  std::for_each(pending_names_.begin(), waiting, [this](const NameChange& change) { durable_names_.apply(change); });
  pending_names_.erase(pending_names_.begin(), waiting);
}

void Disk::fail_sync_folder(std::string_view folder) {
  std::erase_if(pending_names_, [&](const NameChange& change) { return concerns(change, folder); });
}

std::uint64_t Disk::allocated(Inode inode) const {
  const File& file = inodes_.at(inode);
  return blocks(std::max<std::uint64_t>(file.cached->text().size(), file.reserved));
}

std::uint64_t Disk::used() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, inode] : names_.files) bytes += allocated(inode);
  return bytes;
}

std::vector<std::pair<std::string, std::uint64_t>> Disk::durable_files() const {
  std::vector<std::pair<std::string, std::uint64_t>> files;
  for (const auto& [name, inode] : durable_names_.files)
    files.emplace_back(name, inodes_.at(inode).durable->text().size());
  return files;
}

void Disk::flip(std::string_view name, std::uint64_t byte, unsigned bit) {
  File& file = inodes_.at(durable_names_.files.find(name)->second);
  const auto flipped = [&](std::string content) {
    content[byte] = static_cast<char>(static_cast<unsigned char>(content[byte]) ^ (1U << bit));
    return content;
  };
  file.durable = bytes(flipped(file.durable->text()));
  if (byte < file.cached->text().size()) file.cached = bytes(flipped(file.cached->text()));
  file.outcomes.reset();
}

// The states that the changes of one file may leave, the complete one first, each content once.
const std::vector<Disk::Outcome>& Disk::outcomes(const File& file) {
  if (!file.outcomes) file.outcomes = std::make_shared<const std::vector<Outcome>>(make_outcomes(file));
  return *file.outcomes;
}

std::vector<Disk::Outcome> Disk::make_outcomes(const File& file) {
  std::vector<Outcome> possible;
  const auto add = [&](const std::string& content, const char* story) {
    const bool known = std::any_of(possible.begin(), possible.end(),
                                   [&](const Outcome& outcome) { return outcome.content->text() == content; });
    if (!known) possible.push_back({bytes(content), story});
  };
  std::string complete = file.durable->text();
  for (const FileChange& change : file.pending) apply(complete, change);
  add(complete, "");

  std::string prefix = file.durable->text();
  for (const FileChange& change : file.pending) {
    add(prefix, "not written");
    if (!change.truncate) {
      const std::string_view written = *change.bytes;
      const auto part = [&](std::string_view some, std::uint64_t at, std::uint64_t size, const char* story) {
        std::string torn(prefix);
        torn.resize(std::max<std::size_t>(torn.size(), size), '\0');
        overwrite(torn, at, some);
        add(torn, story);
      };
      const std::uint64_t end = change.offset + written.size();
      const std::string_view half = written.substr(0, written.size() / 2);
      part(half, change.offset, 0, "torn in half");
      part(half, change.offset, end, "second half zero");
      const std::string_view most = written.substr(0, written.size() - std::min<std::size_t>(written.size(), 8));
      part(most, change.offset, 0, "end torn off");
      part(most, change.offset, end, "end zero");
      part({}, change.offset, end, "all zero");
      const std::uint64_t boundary = (change.offset / sector + 1) * sector;
      if (boundary < end) {
        const std::uint64_t first = boundary - change.offset;
        part(written.substr(0, first), change.offset, 0, "first sector only");
        part(written.substr(first), boundary, end, "first sector missing");
      }
    }
    apply(prefix, change);
  }
  if (file.pending.size() > 1) {
    std::string last = file.durable->text();
    apply(last, file.pending.back());
    add(last, "last write only");
  }
  return possible;
}

Image Disk::image_of(const Names& names, const std::map<Inode, Bytes>& contents) {
  Image image;
  image.folders = names.folders;
  for (const auto& [name, inode] : names.files) {
    const std::string_view folder = folder_of(name);
    if (folder.empty() || names.folders.contains(folder)) image.files[name] = contents.at(inode);
  }
  return image;
}

Image Disk::crash(Choices& choices, std::string& story) const {
  Names names = durable_names_;
  const std::size_t kept = pending_names_.empty() ? 0 : choices.below(pending_names_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) names.apply(pending_names_[i]);
  if (kept < pending_names_.size())
    story += " names " + std::to_string(kept) + " of " + std::to_string(pending_names_.size()) + ";";

  std::map<Inode, Bytes> contents;
  for (const auto& [name, inode] : names.files) {
    const File& file = inodes_.at(inode);
    if (file.pending.empty()) {
      contents[inode] = file.durable;
      continue;
    }
    const std::vector<Outcome>& possible = outcomes(file);
    const Outcome& outcome = possible[choices.below(possible.size())];
    contents[inode] = outcome.content;
    if (*outcome.story != '\0') story += " " + name + " " + outcome.story + ";";
  }
  return image_of(names, contents);
}

Image Disk::killed() const {
  std::map<Inode, Bytes> contents;
  for (const auto& [inode, file] : inodes_) contents[inode] = file.cached;
  return image_of(names_, contents);
}

}  // namespace towline::simulation
