#include "app/own_token.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>

#include "config/secret_source.hpp"

namespace towline::app {

namespace {

constexpr std::size_t random_bytes = 32;

std::string value_of(const config::Environment& environment, const char* name) {
  return environment ? environment(name).value_or("") : std::string();
}

std::string in_tmp() {
  return "/tmp/towline-" + std::to_string(geteuid());
}

std::string in_session(const config::Environment& environment) {
  const std::string session = value_of(environment, "XDG_RUNTIME_DIR");
  return session.empty() ? in_tmp() : session + "/towline";
}

std::string file_in(const std::string& directory, std::uint16_t port) {
  return directory + "/" + std::to_string(port) + ".token";
}

Error cannot(const std::string& what, const std::string& path) {
  return Error{what + " " + path + ": " + std::strerror(errno)};
}

// A directory that others can write to is one in which they choose the files.
Result<void> have_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot("can't make", path);
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return cannot("can't look at", path);
  const bool is_ours = S_ISDIR(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 022U) == 0;
  if (!is_ours) return Error{path + " isn't a directory that only this user can write to"};
  return {};
}

// systemd has made its directories, and may name several, with a colon between them.
Result<std::string> directory_to_write(const config::Environment& environment) {
  const std::string runtime = value_of(environment, "RUNTIME_DIRECTORY");
  if (!runtime.empty()) return runtime.substr(0, runtime.find(':'));
  std::string directory = in_session(environment);
  const Result<void> had = have_directory(directory);
  if (!had) return had.error();
  return directory;
}

Result<Secret> random_token() {
  std::array<unsigned char, random_bytes> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return Error{std::string("no random bytes: ") + std::strerror(errno)};
  std::string text;
  for (const unsigned char byte : bytes) text += {"0123456789abcdef"[byte >> 4U], "0123456789abcdef"[byte & 15U]};
  return Secret(std::move(text));
}

bool write_all(int file, std::string_view text) {
  return write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Under another name first: who finds the file finds all of it.
Result<void> write_file(const std::string& path, const Secret& token) {
  const std::string part = path + ".part";
  unlink(part.c_str());
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return cannot("can't make", part);
  const bool written = write_all(file, token.reveal()) && write_all(file, "\n");
  ::close(file);
  if (written && rename(part.c_str(), path.c_str()) == 0) return {};
  const Error error = cannot("can't write", path);
  unlink(part.c_str());
  return error;
}

// Root looks where a service has its own, too.
bool is_trusted(const struct stat& status) {
  return (status.st_uid == geteuid() || geteuid() == 0) && (status.st_mode & 022U) == 0;
}

// When a token was written that nobody else can have put there: a token is sent to whoever listens on the port, so what
// another user places or links here would be read and told to that user.
std::optional<std::timespec> written_at(const std::string& directory, const std::string& path) {
  struct stat status {};
  if (lstat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || !is_trusted(status)) return std::nullopt;
  if (directory == in_tmp() && status.st_uid != geteuid()) return std::nullopt;  // anybody may make that one
  if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || !is_trusted(status)) return std::nullopt;
  return std::timespec{status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

bool is_newer(const std::timespec& a, const std::timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

}  // namespace

// Another daemon may have put its own there since.
OwnToken::~OwnToken() {
  struct stat status {};
  if (path_.empty() || lstat(path_.c_str(), &status) != 0) return;
  if (status.st_ino == inode_) unlink(path_.c_str());
}

Result<Secret> OwnToken::make(std::uint16_t port, const config::Environment& environment) {
  const Result<std::string> directory = directory_to_write(environment);
  if (!directory) return directory.error();
  const Result<Secret> token = random_token();
  if (!token) return token.error();
  const std::string path = file_in(*directory, port);
  if (const Result<void> written = write_file(path, *token); !written) return written.error();
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return cannot("can't look at", path);
  path_ = path;
  inode_ = status.st_ino;
  return *token;
}

// One that a crashed daemon has left may be there, too.
Result<Secret> find_own_token(std::uint16_t port, const config::Environment& environment) {
  std::string newest;
  std::optional<std::timespec> newest_at;
  std::string looked_for;
  for (const std::string& directory : {in_session(environment), in_tmp(), std::string("/run/towline")}) {
    const std::string path = file_in(directory, port);
    if (looked_for.find(path) == std::string::npos) looked_for += (looked_for.empty() ? "" : ", ") + path;
    const std::optional<std::timespec> at = written_at(directory, path);
    if (!at || (newest_at && !is_newer(*at, *newest_at))) continue;
    newest = path;
    newest_at = at;
  }
  if (newest.empty()) return Error{"there is no token in " + looked_for};
  return config::SecretSource::file(newest).read();
}

}  // namespace towline::app
