#include "delivery/dead_letters.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

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

}  // namespace

DeadLetterFiles::DeadLetterFiles(std::string folder, std::uint64_t max_bytes, const Clock& clock)
    : folder_(std::move(folder)), max_bytes_(max_bytes), clock_(clock) {}

DeadLetterFiles::~DeadLetterFiles() {
  for (const auto& [sink, file] : files_) close(file.fd);
}

bool DeadLetterFiles::keep(const Letter& letter) {
  if (folder_.empty()) return refuse("no_data_dir");
  File* file = file_of(letter.sink);
  if (file == nullptr || file->spoiled) return refuse("dead_letters_unwritable");
  const std::string line = to_line(letter, clock_.wall_now());
  if (file->bytes + line.size() > max_bytes_) return refuse("dead_letters_full");

  const ssize_t written = ::write(file->fd, line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return true;
  // A part of a line would spoil the next one: take it back.
  if (written > 0) file->spoiled = ftruncate(file->fd, static_cast<off_t>(file->bytes)) != 0;
  return refuse("dead_letters_unwritable");
}

bool DeadLetterFiles::refuse(std::string_view why) {
  why_not_ = why;
  return false;
}

std::string DeadLetterFiles::path_of(std::string_view sink) const {
  return folder_ + "/" + std::string(sink) + ".ndjson";
}

DeadLetterFiles::File* DeadLetterFiles::file_of(std::string_view sink) {
  const auto known = files_.find(sink);
  if (known == files_.end()) return open(sink);
  File& file = known->second;
  if (is_current(file.fd, path_of(sink), file.bytes)) return &file;
  close(file.fd);
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
  return &files_.insert_or_assign(std::string(sink), File{fd, static_cast<std::uint64_t>(status.st_size), false})
              .first->second;
}

}  // namespace towline::delivery
