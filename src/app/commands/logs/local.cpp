#include "app/commands/logs/local.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/linux_file_system.hpp"
#include "codec/gzip.hpp"
#include "record/timestamp.hpp"
#include "stream/folder_reader.hpp"

namespace towline::app::logs {

namespace {

// Records that were dead letters once; they are in the stream that they came from.
constexpr std::string_view replay_prefix = "replay.";

// What came before belongs to nobody.
WallTime earliest_receipt(const TimeWindow& window) {
  const Duration since = window.since.time_since_epoch();
  return since < LocalLogs::clocks_differ ? WallTime{} : window.since - LocalLogs::clocks_differ;
}

}  // namespace

struct LocalLogs::Stream {
  Stream(const std::string& path, WallTime since, std::uint32_t the_number)
      : files(path, LinuxFileSystem::Access::read_only), reader(files, since), number(the_number) {}

  LinuxFileSystem files;
  stream::FolderReader reader;
  std::uint32_t number;
  bool is_open = false;
};

WallTime time_of(const record::Record& record, const record::Path& field) {
  WallTime time = record.received();
  bool is_first = true;
  record.each(field, [&](record::NodeId id) {
    if (!std::exchange(is_first, false)) return;
    const record::Timestamp read =
        record::parse_timestamp(record.value(id), record.type(id), record::default_time_formats(), {record.received()});
    if (read.error == record::TimeError::none) time = read.time;
  });
  return time;
}

LocalLogs::LocalLogs(LocalOptions options, Matcher matcher)
    : options_(std::move(options)), matcher_(std::move(matcher)) {}
LocalLogs::~LocalLogs() = default;

// Later configurations, and later generations of a stream, bring new folders.
Result<void> LocalLogs::find_streams() {
  const std::string folder = options_.data_dir + "/streams";
  std::error_code failed;
  std::filesystem::directory_iterator entries(folder, failed);
  if (failed) return Error{folder + " can't be read: " + failed.message()};
  for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
    const std::string name = entries->path().filename().string();
    if (name.starts_with(replay_prefix) || !name.starts_with(options_.stream_prefix) || streams_.contains(name))
      continue;
    const auto number = static_cast<std::uint32_t>(streams_.size());
    streams_[name] = std::make_unique<Stream>(entries->path().string(), earliest_receipt(options_.window), number);
  }
  return {};
}

Result<void> LocalLogs::read(const TakeEvent& take) {
  const Result<void> found = find_streams();
  if (!found) return found;
  for (auto& [name, stream] : streams_) {
    if (!stream->is_open) {
      const int error = stream->files.make_folder({});
      if (error == ENOENT || error == ENOTDIR) continue;
      if (error != 0)
        return Error{options_.data_dir + "/streams/" + name + ": " + std::generic_category().message(error)};
      stream->is_open = true;
    }
    if (!read_stream(*stream, take)) break;
  }
  return {};
}

bool LocalLogs::read_stream(Stream& stream, const TakeEvent& take) {
  std::string scratch;
  while (const std::optional<record::Chunk> chunk = stream.reader.next()) {
    std::string_view lines = codec::plain_of(*chunk, scratch);
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
      Event event;
      if (!read_line(line, chunk->received, event)) continue;
      event.stream = stream.number;
      if (!take(std::move(event))) return false;
    }
  }
  return true;
}

// False: it isn't wanted.
bool LocalLogs::read_line(std::string_view line, WallTime received, Event& event) {
  line_.assign(line);
  line_.append(record::padding, '\0');
  const std::string_view json = std::string_view(line_).substr(0, line.size());
  if (record_.parse(json, received) != record::ParseError::none) record_.wrap(json, "unreadable", received);
  event.time = time_of(record_, options_.fields.time);
  if (!options_.window.contains(event.time) || !matcher_.matches(record_)) return false;
  event.text = line;
  return true;
}

std::uint64_t LocalLogs::damaged() const {
  std::uint64_t damaged = 0;
  for (const auto& [name, stream] : streams_) damaged += stream->reader.damaged();
  return damaged;
}

}  // namespace towline::app::logs
