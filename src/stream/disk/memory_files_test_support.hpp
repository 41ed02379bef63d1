// For the tests of the store: a folder in memory that fails where it is told to, and that can lose power: then only
// what was synced is left. Not safe for several threads.
#pragma once

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.hpp"

namespace towline::stream::disk {

class MemoryFiles final : public FileSystem {
 public:
  enum class Op : std::uint8_t {
    list,
    create,
    open,
    remove,
    rename,
    read,
    write,
    sync,
    sync_folder,
    allocate,
    truncate
  };

  struct Node {
    std::string bytes;
    std::string synced;        // what a power cut leaves
    bool sync_failed = false;  // from then on a sync proves nothing
  };
  using Nodes = std::map<std::string, std::shared_ptr<Node>, std::less<>>;

  // The next call of this kind, after `skip` of them, fails, and `times` - 1 more behind it.
  void fail(Op op, int error, int skip = 0, int times = 1) { faults_[op] = {error, skip, times}; }
  void heal() {
    faults_.clear();
    has_power_ = true;
  }
  // Of all files together; a write beyond it is cut short.
  void limit_space(std::uint64_t bytes) { space_ = bytes; }
  int calls(Op op) { return calls_[op]; }

  Nodes& nodes() { return names_; }
  std::string& bytes(std::string_view name) { return names_.find(name)->second->bytes; }
  void put(const std::string& name, std::string bytes) {
    names_[name] = std::make_shared<Node>();
    names_[name]->bytes = std::move(bytes);
  }
  // What is in the files, to be brought back later.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> out;
    for (const auto& [name, node] : names_) out[name] = node->bytes;
    return out;
  }
  void restore(const std::map<std::string, std::string>& contents) {
    names_.clear();
    for (const auto& [name, bytes] : contents) put(name, bytes);
  }
  // From here on nothing works until heal(); then there is what was synced.
  void lose_power() {
    has_power_ = false;
    locked_ = false;
    names_ = synced_names_;
    for (auto& [name, node] : names_) node->bytes = node->synced;
  }
  // rm -rf, with files still open.
  void delete_folder() {
    names_.clear();
    synced_names_.clear();
    is_there_ = false;
  }
  void forget_lock() { locked_ = false; }

  int make_folder(std::string_view) override {
    is_there_ = true;
    return 0;
  }
  int list(std::string_view folder, std::vector<std::string>& names) override {
    if (const int error = fault(Op::list); error != 0) return error;
    const std::string prefix = folder.empty() ? "" : std::string(folder) + "/";
    for (const auto& [name, node] : names_)
      if (name.starts_with(prefix) && name.find('/', prefix.size()) == std::string::npos)
        names.push_back(name.substr(prefix.size()));
    return 0;
  }
  int sync_folder(std::string_view) override {
    if (const int error = fault(Op::sync_folder); error != 0) return error;
    synced_names_ = names_;
    return 0;
  }
  int create(std::string_view name, File& file) override {
    if (const int error = fault(Op::create); error != 0) return error;
    if (!is_there_) return ENOENT;
    if (names_.contains(name)) return EEXIST;
    return hand_out(names_[std::string(name)] = std::make_shared<Node>(), file);
  }
  int open(std::string_view name, File& file) override {
    if (const int error = fault(Op::open); error != 0) return error;
    const auto found = names_.find(name);
    return found == names_.end() ? ENOENT : hand_out(found->second, file);
  }
  void close(File file) override { open_.erase(file); }
  int remove(std::string_view name) override {
    if (const int error = fault(Op::remove); error != 0) return error;
    const auto found = names_.find(name);
    if (found == names_.end()) return ENOENT;
    names_.erase(found);
    return 0;
  }
  int rename(std::string_view from, std::string_view to) override {
    if (const int error = fault(Op::rename); error != 0) return error;
    const auto found = names_.find(from);
    if (found == names_.end()) return ENOENT;
    names_[std::string(to)] = found->second;
    names_.erase(names_.find(from));
    return 0;
  }
  int read(File file, std::uint64_t offset, std::span<char> out, std::size_t& bytes_read) override {
    bytes_read = 0;
    if (const int error = fault(Op::read); error != 0) return error;
    const std::string& bytes = open_.at(file)->bytes;
    if (offset < bytes.size()) bytes_read = bytes.copy(out.data(), out.size(), offset);
    return 0;
  }
  int write(File file, std::uint64_t offset, std::string_view bytes) override {
    const int error = fault(Op::write);
    if (!has_power_) return error;
    std::uint64_t room = error == 0 ? bytes.size() : bytes.size() / 2;
    if (const std::uint64_t used = space_used(); room + used > space_) room = space_ - std::min(space_, used);
    std::string& to = open_.at(file)->bytes;
    if (to.size() < offset + room) to.resize(offset + room);
    to.replace(offset, room, bytes.substr(0, room));
    if (error != 0) return error;
    return room == bytes.size() ? 0 : ENOSPC;
  }
  int sync(File file) override {
    Node& node = *open_.at(file);
    const int error = fault(Op::sync);
    if (error != 0) node.sync_failed = true;
    if (!node.sync_failed) node.synced = node.bytes;
    return error;
  }
  int allocate(File, std::uint64_t bytes) override {
    if (const int error = fault(Op::allocate); error != 0) return error;
    return space_used() + bytes > space_ ? ENOSPC : 0;
  }
  int truncate(File file, std::uint64_t bytes) override {
    if (const int error = fault(Op::truncate); error != 0) return error;
    open_.at(file)->bytes.resize(bytes);
    return 0;
  }
  int size(File file, std::uint64_t& bytes) override {
    bytes = open_.at(file)->bytes.size();
    return 0;
  }
  int lock(std::string_view name, int& holder) override {
    if (locked_ && names_.contains(name)) {
      holder = 4711;
      return EWOULDBLOCK;
    }
    locked_ = true;
    names_[std::string(name)] = std::make_shared<Node>();
    return 0;
  }

 private:
  struct Fault {
    int error = 0;
    int skip = 0;
    int times = 0;
  };

  int fault(Op op) {
    ++calls_[op];
    if (!has_power_) return EIO;
    Fault& fault = faults_[op];
    if (fault.times == 0) return 0;
    if (fault.skip > 0) {
      --fault.skip;
      return 0;
    }
    --fault.times;
    return fault.error;
  }
  int hand_out(std::shared_ptr<Node> node, File& file) {
    file = ++last_file_;
    open_[file] = std::move(node);
    return 0;
  }
  std::uint64_t space_used() const {
    std::uint64_t sum = 0;
    for (const auto& [name, node] : names_) sum += node->bytes.size();
    return sum;
  }

  Nodes names_;
  Nodes synced_names_;
  std::map<File, std::shared_ptr<Node>> open_;
  std::map<Op, Fault> faults_;
  std::map<Op, int> calls_;
  std::uint64_t space_ = std::uint64_t{1} << 40U;
  File last_file_ = 2;
  bool has_power_ = true;
  bool locked_ = false;
  bool is_there_ = false;
};

}  // namespace towline::stream::disk
