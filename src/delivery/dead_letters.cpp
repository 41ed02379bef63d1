#include "delivery/dead_letters.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/json_string.hpp"
#include "record/time_format.hpp"

namespace towline::delivery {

namespace {

std::string to_line(const DeadLetters::Letter& letter, WallTime now) {
  std::string line = R"({"time":")";
  const std::array<char, record::rfc3339_size> time = record::format_rfc3339(now);
  line.append(time.data(), time.size());
  line += R"(","sink":)";
  append_json_string(line, letter.sink);
  line += ",\"code\":" + std::to_string(letter.code) + ",\"reason\":";
  append_json_string(line, letter.reason);
  line += ",\"cause\":";
  append_json_string(line, letter.cause);
  line += ",\"record\":";
  line += letter.record;
  line += "}\n";
  return line;
}

// Is the open file still the one at the path? Says its size.
bool is_current(int fd, const std::string& path, std::uint64_t& bytes) {
  struct stat opened {};
  struct stat found {};
  if (fstat(fd, &opened) != 0 || stat(path.c_str(), &found) != 0) return false;
  bytes = static_cast<std::uint64_t>(opened.st_size);
  return opened.st_ino == found.st_ino && opened.st_dev == found.st_dev;
}

// 0 without a file.
std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

bool sync_directory(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  close(fd);
  return synced;
}

// Adds the lines of one file to another and syncs that. A last line that was never finished is ended: the next letter
// gets a line of its own.
bool append_file(const std::string& from, const std::string& to) {
  std::error_code failed;
  if (std::filesystem::exists(from, failed)) {
    std::ifstream source(from, std::ios::binary);
    std::ofstream target(to, std::ios::binary | std::ios::app);
    if (!source) return false;
    for (std::string line; std::getline(source, line);) target << line << '\n';
    if (source.bad() || !target.flush()) return false;
  }
  if (failed) return false;
  const int fd = ::open(to.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  const bool synced = ::fdatasync(fd) == 0;
  close(fd);
  return synced;
}

}  // namespace

DeadLetterFiles::DeadLetterFiles(std::string folder, std::uint64_t max_bytes, const Clock& clock)
    : folder_(std::move(folder)), max_bytes_(max_bytes), clock_(clock) {}

DeadLetterFiles::Descriptor::~Descriptor() {
  close(fd);
}

bool DeadLetterFiles::keep(const Letter& letter) {
  if (folder_.empty()) return refuse("no_data_dir");
  const std::lock_guard lock(mutex_);
  File* file = file_of(letter.sink);
  if (file == nullptr || file->spoiled) return refuse("dead_letters_unwritable");
  const std::string line = to_line(letter, clock_.wall_now());
  const std::uint64_t taken_bytes = size_of(taken_path_of(letter.sink));
  if (file->bytes + taken_bytes + line.size() > max_bytes_) return refuse("dead_letters_full");

  unsynced_.insert(file->file);
  const int fd = file->file->fd;
  const ssize_t written = ::write(fd, line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return true;
  // A part of a line would spoil the next one: take it back.
  if (written > 0) file->spoiled = ftruncate(fd, static_cast<off_t>(file->bytes)) != 0;
  return refuse("dead_letters_unwritable");
}

bool DeadLetterFiles::sync() {
  const std::lock_guard one(syncing_);
  std::set<Shared> files;
  bool folder = false;
  {
    const std::lock_guard lock(mutex_);
    files.swap(unsynced_);
    folder = std::exchange(folder_unsynced_, false);
  }
  std::erase_if(files, [](const Shared& file) { return ::fdatasync(file->fd) == 0; });
  const bool folder_failed = folder && !sync_folder();
  if (files.empty() && !folder_failed) return true;
  const std::lock_guard lock(mutex_);
  unsynced_.merge(files);
  folder_unsynced_ = folder_unsynced_ || folder_failed;
  return false;
}

// And the one it is in, as it may have been made just now.
bool DeadLetterFiles::sync_folder() const {
  return sync_directory(folder_) && sync_directory(std::filesystem::absolute(folder_).parent_path());
}

Result<DeadLetterFiles::Taken> DeadLetterFiles::take(std::string_view sink) {
  const std::lock_guard lock(mutex_);
  const std::string path = path_of(sink);
  Taken taken{taken_path_of(sink), folder_ + "/" + std::string(sink) + ".rest"};
  std::error_code failed;
  // One that is there already was being replayed when the process died, or when something failed.
  if (std::filesystem::exists(taken.letters, failed)) return taken;
  if (!std::filesystem::exists(path, failed)) return Taken{};
  std::filesystem::rename(path, taken.letters, failed);
  if (failed) return Error{path + " can't be renamed: " + failed.message()};
  folder_unsynced_ = true;
  return taken;
}

Result<void> DeadLetterFiles::give_back(std::string_view sink, const Taken& taken, bool none_stays) {
  const std::lock_guard lock(mutex_);
  std::error_code failed;
  if (none_stays) {
    std::filesystem::remove(taken.rest, failed);
  } else {
    // The new ones are the few: they go to the rest, and then that takes the place of both files.
    const std::string path = path_of(sink);
    if (!append_file(path, taken.rest)) return Error{"the letters that stay can't be written; nothing was removed"};
    std::filesystem::rename(taken.rest, path, failed);
    if (failed) return Error{taken.rest + " can't be renamed: " + failed.message()};
    // Durable before the others go, or a power cut might leave neither.
    if (!sync_directory(folder_)) return Error{folder_ + " can't be synced: those letters would be replayed again"};
  }
  std::filesystem::remove(taken.letters, failed);
  folder_unsynced_ = true;
  if (failed) return Error{taken.letters + " can't be removed, and would be replayed again: " + failed.message()};
  return {};
}

bool DeadLetterFiles::refuse(std::string_view why) {
  why_not_ = why;
  return false;
}

std::string DeadLetterFiles::path_of(std::string_view sink) const {
  return folder_ + "/" + std::string(sink) + ".ndjson";
}

std::string DeadLetterFiles::taken_path_of(std::string_view sink) const {
  return folder_ + "/" + std::string(sink) + ".replaying";
}

DeadLetterFiles::File* DeadLetterFiles::file_of(std::string_view sink) {
  const auto known = files_.find(sink);
  if (known == files_.end()) return open(sink);
  File& file = known->second;
  if (is_current(file.file->fd, path_of(sink), file.bytes)) return &file;
  files_.erase(known);
  return open(sink);
}

DeadLetterFiles::File* DeadLetterFiles::open(std::string_view sink) {
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  ::chmod(folder_.c_str(), 0700);
  const std::string path = path_of(sink);
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat status {};
  if (fd < 0 || fstat(fd, &status) != 0) {
    const int error = errno;
    if (fd >= 0) close(fd);
    diagnostics::error("dead_letters.unwritable", "Dead letters can't be written; such records are lost and counted",
                       {{"path", path}, {"error", std::strerror(error)}});
    return nullptr;
  }
  folder_unsynced_ = true;
  File file{std::make_shared<const Descriptor>(fd), static_cast<std::uint64_t>(status.st_size), false};
  return &files_.insert_or_assign(std::string(sink), std::move(file)).first->second;
}

}  // namespace towline::delivery
