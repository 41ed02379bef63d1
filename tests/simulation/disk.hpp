// A folder on a disk that loses power: what has been synced, what is only in the page cache, and every state in which a
// crash may leave it. It models ext4 pessimistically: a file's sync carries neither its name nor another file; names
// are made durable by a sync of their folder alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/choices.hpp"

namespace towline::simulation {

// What a file holds. Many images share one, so its hash is computed once.
class Content {
 public:
  explicit Content(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  std::uint64_t hash() const;

 private:
  const std::string text_;
  mutable std::atomic<std::uint64_t> hash_{0};  // 0: not computed yet
};
using Bytes = std::shared_ptr<const Content>;

inline Bytes bytes(std::string text) {
  return std::make_shared<const Content>(std::move(text));
}

// What is on the disk while the machine is off. Names have at most one '/'.
struct Image {
  std::map<std::string, Bytes, std::less<>> files;
  std::set<std::string, std::less<>> folders;  // below the folder itself
  std::uint64_t fingerprint() const;
};

class Disk {
 public:
  explicit Disk(const Image& image);

  // As the process sees it. Answers are errno; the caller decides about faults and checks nothing else.
  using Inode = int;
  int find(std::string_view name, Inode& inode) const;
  int list(std::string_view folder, std::vector<std::string>& names) const;
  const std::string& content(Inode inode) const { return inodes_.at(inode).cached->text(); }

  int make_folder(std::string_view name);
  int create(std::string_view name, Inode& inode);
  int remove(std::string_view name);
  int rename(std::string_view from, std::string_view to);
  void write(Inode inode, std::uint64_t offset, std::string_view bytes);
  void truncate(Inode inode, std::uint64_t bytes);
  void allocate(Inode inode, std::uint64_t bytes);

  void sync(Inode inode);
  void sync_folder(std::string_view folder);
  // The sync fails: some of what was pending is on the disk, the rest never will be, and the next sync succeeds.
  // `thorough`: any legal state of the file; else all or nothing.
  void fail_sync(Inode inode, Choices& choices, bool thorough = true);
  void fail_sync_folder(std::string_view folder);

  // Bytes allocated by the file, by all files: in blocks.
  std::uint64_t allocated(Inode inode) const;
  std::uint64_t used() const;
  static constexpr std::uint64_t block = 4096;

  // A bit goes bad in a durable byte, seen by every later read.
  void flip(std::string_view name, std::uint64_t byte, unsigned bit);
  // Durable files with their sizes: where a bit may go bad.
  std::vector<std::pair<std::string, std::uint64_t>> durable_files() const;

  // The power fails now. Which of the legal states is left is a choice: a prefix of the name changes; of each file's
  // changes a prefix, the next one torn, or the last one alone. `story` says what happened, empty if nothing was lost.
  Image crash(Choices& choices, std::string& story) const;
  // The process dies, the machine goes on: nothing is lost.
  Image killed() const;

 private:
  struct FileChange {
    bool truncate = false;
    std::uint64_t offset = 0;  // or the new size
    std::shared_ptr<const std::string> bytes;
  };
  struct Outcome {
    Bytes content;
    const char* story;
  };
  struct File {
    Bytes cached;
    Bytes durable;
    std::vector<FileChange> pending;
    std::uint64_t reserved = 0;
    mutable std::shared_ptr<const std::vector<Outcome>> outcomes = {};  // made when asked for, gone with a change
  };
  // The name `from` goes (if not empty) and `to` comes (if not empty); a folder where `inode` is negative.
  struct NameChange {
    std::string from;
    std::string to;
    Inode inode = -1;
  };
  struct Names {
    std::map<std::string, Inode, std::less<>> files;
    std::set<std::string, std::less<>> folders;
    void apply(const NameChange& change);
  };

  static void apply(std::string& content, const FileChange& change);
  static bool concerns(const NameChange& change, std::string_view folder);
  static Image image_of(const Names& names, const std::map<Inode, Bytes>& contents);
  static const std::vector<Outcome>& outcomes(const File& file);
  static std::vector<Outcome> make_outcomes(const File& file);
  static void change(File& file, FileChange change);
  void change(NameChange change);

  std::map<Inode, File> inodes_;
  Names names_;
  Names durable_names_;
  std::vector<NameChange> pending_names_;
  Inode next_inode_ = 0;
};

}  // namespace towline::simulation
