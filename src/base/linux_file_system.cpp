#include "base/linux_file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace towline {

// Owns a descriptor, or -1.
class LinuxFileSystem::Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// O_NONBLOCK: a pipe of that name must not make us wait. Regular files don't care.
constexpr int file_flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

// Repeats a call that a signal has interrupted; 0 or an errno.
template <class Call>
int checked(Call call) {
  for (;;) {
    if (call() != -1) return 0;
    if (errno != EINTR) return errno;
  }
}

int open_at(int folder, const std::string& name, int flags, int& fd) {
  return checked([&] { return fd = ::openat(folder, name.c_str(), flags, file_mode); });
}

// The name of a folder as openat wants it.
std::string folder_name(std::string_view folder) {
  return folder.empty() ? std::string(".") : std::string(folder);
}

int sync_path(const std::string& path) {
  int fd = -1;
  if (const int error = open_at(AT_FDCWD, path, folder_flags, fd); error != 0) return error;
  const int error = checked([&] { return ::fsync(fd); });
  ::close(fd);
  return error;
}

// Makes the folder and what is missing above it; each new name is durable.
int make_path(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), folder_mode) == 0) {
      const std::size_t slash = part.rfind('/');
      const std::string parent = slash == std::string::npos ? "." : part.substr(0, slash + 1);
      if (const int error = sync_path(parent); error != 0) return error;
    } else if (end == std::string::npos && errno != EEXIST) {
      return errno;  // what is wrong higher up shows here, too
    }
    if (end == std::string::npos) return 0;
  }
}

int pid_in(int fd) {
  char text[16];
  const ssize_t bytes = ::pread(fd, text, sizeof(text), 0);
  int pid = 0;
  if (bytes > 0) std::from_chars(text, text + bytes, pid);
  return pid;
}

}  // namespace

LinuxFileSystem::LinuxFileSystem(std::string path, Access access)
    : path_(std::move(path)), access_(access), folder_(std::make_shared<Descriptor>(-1)) {
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
}

LinuxFileSystem::~LinuxFileSystem() = default;

LinuxFileSystem::Folder LinuxFileSystem::folder() const {
  std::lock_guard lock(mutex_);
  return folder_;
}

int LinuxFileSystem::make_root() {
  int fd = -1;
  int error = open_at(AT_FDCWD, path_, folder_flags, fd);
  if (error == ENOENT && access_ == Access::read_write) {
    if (error = make_path(path_); error != 0) return error;
    error = open_at(AT_FDCWD, path_, folder_flags, fd);
  }
  if (error != 0) return error;
  std::lock_guard lock(mutex_);
  folder_ = std::make_shared<Descriptor>(fd);
  return 0;
}

int LinuxFileSystem::make_folder(std::string_view name) {
  if (name.empty()) return make_root();
  if (access_ == Access::read_only) return EROFS;
  const int error = checked([&] { return ::mkdirat(folder()->fd(), std::string(name).c_str(), folder_mode); });
  return error == EEXIST ? 0 : error;
}

int LinuxFileSystem::list(std::string_view folder_to_list, std::vector<std::string>& names) {
  int fd = -1;
  const int error = open_at(folder()->fd(), folder_name(folder_to_list), folder_flags | O_NOFOLLOW, fd);
  if (error != 0) return error;
  DIR* entries = ::fdopendir(fd);
  if (entries == nullptr) {
    const int failure = errno;
    ::close(fd);
    return failure;
  }
  names.clear();
  errno = 0;
  while (const dirent* entry = ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int failure = errno;
  ::closedir(entries);
  return failure;
}

int LinuxFileSystem::sync_folder(std::string_view folder_to_sync) {
  int fd = -1;
  const int error = open_at(folder()->fd(), folder_name(folder_to_sync), folder_flags | O_NOFOLLOW, fd);
  if (error != 0) return error;
  const Descriptor owner(fd);
  return checked([&] { return ::fsync(fd); });
}

int LinuxFileSystem::create(std::string_view name, File& file) {
  if (access_ == Access::read_only) return EROFS;
  return open_at(folder()->fd(), std::string(name), file_flags | O_RDWR | O_CREAT | O_EXCL, file);
}

int LinuxFileSystem::open(std::string_view name, File& file) {
  const bool writes = access_ == Access::read_write;
  int error = writes ? open_at(folder()->fd(), std::string(name), file_flags | O_RDWR, file) : EROFS;
  if (error == EROFS) error = open_at(folder()->fd(), std::string(name), file_flags | O_RDONLY, file);
  if (error != 0) return error;
  struct stat status {};
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) return 0;
  ::close(file);
  return EINVAL;
}

void LinuxFileSystem::close(File file) {
  ::close(file);
}

int LinuxFileSystem::remove(std::string_view name) {
  if (access_ == Access::read_only) return EROFS;
  return checked([&] { return ::unlinkat(folder()->fd(), std::string(name).c_str(), 0); });
}

int LinuxFileSystem::rename(std::string_view from, std::string_view to) {
  if (access_ == Access::read_only) return EROFS;
  const Folder root = folder();
  return checked(
      [&] { return ::renameat(root->fd(), std::string(from).c_str(), root->fd(), std::string(to).c_str()); });
}

int LinuxFileSystem::read(File file, std::uint64_t offset, std::span<char> out, std::size_t& bytes_read) {
  bytes_read = 0;
  while (bytes_read < out.size()) {
    const ssize_t got =
        ::pread(file, out.data() + bytes_read, out.size() - bytes_read, static_cast<off_t>(offset + bytes_read));
    if (got == 0) return 0;
    if (got > 0)
      bytes_read += static_cast<std::size_t>(got);
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

int LinuxFileSystem::write(File file, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    } else if (put == 0) {
      return EIO;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int LinuxFileSystem::sync(File file) {
  return checked([&] { return ::fdatasync(file); });
}

int LinuxFileSystem::allocate(File file, std::uint64_t bytes) {
  const int error = checked([&] { return ::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)); });
  return error == ENOSYS ? EOPNOTSUPP : error;
}

int LinuxFileSystem::truncate(File file, std::uint64_t bytes) {
  return checked([&] { return ::ftruncate(file, static_cast<off_t>(bytes)); });
}

int LinuxFileSystem::size(File file, std::uint64_t& bytes) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return errno;
  bytes = static_cast<std::uint64_t>(status.st_size);
  return 0;
}

int LinuxFileSystem::space(Space& space) {
  struct statvfs status {};
  if (const int error = checked([&] { return ::fstatvfs(folder()->fd(), &status); }); error != 0) return error;
  space = {std::uint64_t{status.f_bavail} * status.f_frsize, std::uint64_t{status.f_blocks} * status.f_frsize};
  return 0;
}

int LinuxFileSystem::lock(std::string_view name, int& holder) {
  holder = 0;
  if (access_ == Access::read_only) return EROFS;
  int fd = -1;
  int error = open_at(folder()->fd(), std::string(name), file_flags | O_RDWR | O_CREAT, fd);
  if (error == EROFS) error = open_at(folder()->fd(), std::string(name), file_flags | O_RDONLY, fd);
  if (error != 0) return error;
  Folder taken = std::make_shared<Descriptor>(fd);
  error = checked([&] { return ::flock(fd, LOCK_EX | LOCK_NB); });
  if (error == EWOULDBLOCK) holder = pid_in(fd);
  if (error != 0) return error;
  // The pid is for people: a disk that doesn't take it is no reason not to start.
  if (truncate(fd, 0) == 0) static_cast<void>(write(fd, 0, std::to_string(::getpid()) + "\n"));
  std::lock_guard lock(mutex_);
  lock_ = std::move(taken);
  return 0;
}

}  // namespace towline
