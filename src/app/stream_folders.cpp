#include "app/stream_folders.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/linux_file_system.hpp"

namespace towline::app {

namespace {

// Whole files are what is released, so there should be some; but each costs two syncs.
constexpr std::uint64_t segment_bytes_max = 16 * 1024 * 1024;
constexpr std::uint64_t segments_wanted = 16;
constexpr std::string_view replay_prefix = "replay.";  // an id has no dot, and a transform `replay` has no routes
constexpr char generation_mark = '~';

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-+.:%").find(c) != std::string_view::npos;
}

std::string generation_suffix(unsigned generation) {
  return generation == 1 ? "" : generation_mark + std::to_string(generation);
}

// Could open() have made it?
bool is_folder_name(const std::string& name) {
  const std::string stream = name.substr(0, name.find(generation_mark));
  const std::string suffix = name.substr(stream.size());
  unsigned generation = 1;
  if (!suffix.empty()) std::from_chars(suffix.data() + 1, suffix.data() + suffix.size(), generation);
  return folder_name(stream) + generation_suffix(generation) == name;
}

// Does somebody have a cursor here who exists and isn't among the stream's readers any more?
bool has_leaver(const stream::Store& store, const StreamPlan& plan, const std::vector<ConfiguredSink>& sinks) {
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    const bool reads_it = std::find(plan.sinks.begin(), plan.sinks.end(), i) != plan.sinks.end();
    if (!reads_it && store.cursor(sinks[i].id)) return true;
  }
  return false;
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

// Ends at the latest with the first generation that isn't there yet: nobody has a cursor in it.
StreamFolders::Opened StreamFolders::open(const StreamPlan& plan, const std::vector<ConfiguredSink>& sinks) {
  for (unsigned generation = 1;; ++generation) {
    const std::string suffix = generation_suffix(generation);
    Opened storage = open_folder(plan.id + suffix, folder_name(plan.id) + suffix, keep());
    if (!storage || *storage == nullptr) return storage;
    if (has_leaver((*storage)->store(), plan, sinks)) {
      passed_over_.push_back(std::move(*storage));
      continue;
    }
    if (generation > 1) {
      diagnostics::info("stream.generation",
                        "A sink that has read this stream reads other inputs now: what the folder of then holds is "
                        "delivered, and what arrives goes to another one",
                        {{"stream", plan.id}, {"folder", folder_name(plan.id) + suffix}});
    }
    return storage;
  }
}

StreamFolders::Opened StreamFolders::open_replay(const std::string& sink) {
  const std::string stream = std::string(replay_prefix) + sink;
  return open_folder(stream, folder_name(stream), Duration::zero());  // the stream that they came from keeps them
}

std::vector<std::unique_ptr<stream::Storage>> StreamFolders::open_earlier() {
  std::vector<std::unique_ptr<stream::Storage>> earlier = std::exchange(passed_over_, {});
  for (const std::string& name : unopened()) {
    if (name.starts_with(replay_prefix)) continue;
    if (Opened storage = open_folder(name, name, keep())) {
      earlier.push_back(std::move(*storage));
    } else {
      diagnostics::warn("stream.earlier_unreadable",
                        "Left by an earlier configuration, and can't be opened: left alone",
                        {{"stream", name}, {"error", storage.error().message}});
    }
  }
  return earlier;
}

Duration StreamFolders::keep() const {
  return config_.keep ? *config_.keep : Duration::zero();
}

StreamFolders::Opened StreamFolders::open_folder(const std::string& stream, const std::string& folder, Duration keep) {
  if (in_memory()) return std::unique_ptr<stream::Storage>();
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) return Error{"data_dir: " + folder_ + " can't be made: " + failed.message()};

  const std::string path = folder_ + "/" + folder;
  std::unique_ptr<FileSystem>& files = opened_[folder] = std::make_unique<LinuxFileSystem>(path);
  stream::Store::Options options;
  options.name = stream;
  options.max_size = config_.max_size.bytes;
  options.segment_bytes = std::min(segment_bytes_max, config_.max_size.bytes / segments_wanted);
  options.durability = config_.durability;
  options.keep = keep;
  options.keepers = &keepers_;
  Result<std::unique_ptr<stream::Store>> store = stream::Store::open(std::move(options), *files, random_, clock_);
  if (!store) return Error{path + ": " + store.error().message};
  return std::make_unique<stream::Storage>(stream, std::move(*store));
}

// Streams that have a folder here, by its name.
std::vector<std::string> StreamFolders::unopened() const {
  std::vector<std::string> names;
  if (in_memory()) return names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool is_stream = is_folder_name(name) && std::filesystem::exists(entry.path() / "stream", ignored);
    if (is_stream && !opened_.contains(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace towline::app
