#include "app/commands/import/import.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>

#include "app/commands/import/convert.hpp"
#include "app/commands/import/tree.hpp"
#include "app/config.hpp"
#include "base/result.hpp"
#include "config/node.hpp"

namespace towline::app {

namespace fs = std::filesystem;

namespace {

constexpr int unusable = 2;

Result<std::string> read_text(const std::string& path) {
  if (fs::is_directory(path)) return Error{"is a folder; a configuration is one file"};
  return read_config_text(path);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The whole file or nothing; only its owner can read it.
Result<void> write_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && write_all(fd, text);
  const bool closed = fd >= 0 && ::close(fd) == 0;
  if (written && closed && std::rename(temporary.c_str(), path.c_str()) == 0) return {};
  Error error{std::string("can't be written: ") + std::strerror(errno)};
  if (fd >= 0) ::unlink(temporary.c_str());
  return error;
}

std::optional<migration::Tree> read_file(const std::string& file, config::Problems& problems) {
  const std::optional<migration::Format> format = migration::format_of(file);
  if (!format) {
    problems.add({}, "a configuration of Vector is a file .yaml, .yml, .json or .toml");
    return std::nullopt;
  }
  const Result<std::string> text = read_text(file);
  if (!text) {
    problems.add({}, text.error().message);
    return std::nullopt;
  }
  std::optional<migration::Tree> tree = migration::read_tree(*text, *format, problems);
  if (tree && tree->is_map()) return tree;
  if (tree) problems.add({}, "a configuration is a map with sources and sinks");
  return std::nullopt;
}

}  // namespace

int import_command(const ImportOptions& options, const component::Registry& registry, std::ostream& out,
                   std::ostream& err) {
  config::Problems problems(options.file);
  const std::optional<migration::Tree> tree = read_file(options.file, problems);
  if (!tree) {
    problems.print(err);
    return unusable;
  }
  std::error_code ignored;
  if (!options.output.empty() && fs::equivalent(options.file, options.output, ignored)) {
    err << options.output << ": error: is what is converted; write to another file\n";
    return unusable;
  }
  migration::Remarks remarks;
  const std::string yaml = migration::convert(*tree, options.file, registry, remarks);
  if (options.output.empty()) {
    out << yaml;
  } else if (const Result<void> written = write_file(options.output, yaml); !written) {
    err << options.output << ": error: " << written.error().message << '\n';
    return unusable;
  }
  remarks.print(options.file, err);
  return remarks.count() == 0 ? 0 : 1;
}

}  // namespace towline::app
