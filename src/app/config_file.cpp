// A configuration from where the process finds it.
#include <cerrno>
#include <cstring>
#include <fstream>

#include "app/config.hpp"

namespace towline::app {

Result<std::string> read_config_text(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{std::string("can't be opened: ") + std::strerror(errno)};
  std::string text(config::document_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return Error{std::string("can't be read: ") + std::strerror(errno)};
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::optional<RootConfig> load_config_file(const std::string& path, const config::Environment& environment,
                                           const component::Registry& registry, config::Problems& problems) {
  const Result<std::string> text = read_config_text(path);
  if (text) return load_config(*text, environment, registry, problems);
  problems.add({}, text.error().message);
  return std::nullopt;
}

}  // namespace towline::app
