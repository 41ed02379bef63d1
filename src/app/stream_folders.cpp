#include "app/stream_folders.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/linux_file_system.hpp"

namespace towline::app {

namespace {

// Whole files are what is released, so there should be some; but each costs two syncs.
constexpr std::uint64_t segment_bytes_max = 16 * 1024 * 1024;
constexpr std::uint64_t segments_wanted = 16;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-+.:%").find(c) != std::string_view::npos;
}

}  // namespace

std::string folder_name(const std::string& stream) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string name;
  for (const char c : stream) {
    const bool hidden = c == '.' && name.empty();
    if (is_plain(c) && !hidden) {
      name.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    name += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return name;
}

StreamFolders::StreamFolders(const Settings& settings, Random& random, const Clock& clock)
    : folder_(settings.data_dir ? *settings.data_dir + "/streams" : ""),
      config_(settings.stream),
      random_(random),
      clock_(clock) {}

StreamFolders::~StreamFolders() = default;

Result<std::unique_ptr<stream::Storage>> StreamFolders::open(const std::string& stream) {
  if (in_memory()) return std::unique_ptr<stream::Storage>();
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) return Error{"data_dir: " + folder_ + " can't be made: " + failed.message()};

  opened_.push_back(std::make_unique<LinuxFileSystem>(folder_ + "/" + folder_name(stream)));
  stream::Store::Options options;
  options.name = stream;
  options.max_size = config_.max_size.bytes;
  options.segment_bytes = std::min(segment_bytes_max, config_.max_size.bytes / segments_wanted);
  options.durability = config_.durability;
  Result<std::unique_ptr<stream::Store>> store =
      stream::Store::open(std::move(options), *opened_.back(), random_, clock_);
  if (!store) return Error{folder_ + "/" + folder_name(stream) + ": " + store.error().message};
  return std::make_unique<stream::Storage>(stream, std::move(*store));
}

std::vector<std::string> StreamFolders::found() const {
  std::vector<std::string> names;
  if (in_memory()) return names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool is_stream = folder_name(name) == name && std::filesystem::exists(entry.path() / "stream", ignored);
    if (is_stream) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace towline::app
