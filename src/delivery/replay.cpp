#include "delivery/replay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <thread>

#include "record/record.hpp"
#include "stream/writer.hpp"

namespace towline::delivery {

namespace {

constexpr Duration look_interval = std::chrono::milliseconds(5);

// The letter's record as NDJSON, if the letter is one that is wanted.
std::optional<std::string> wanted_record(record::Record& letter, std::string_view line, const ReplayFilter& filter) {
  std::string padded(line);
  padded.append(record::padding, ' ');
  if (letter.parse({padded.data(), line.size()}, WallTime{}) != record::ParseError::none) return std::nullopt;
  const auto text = [&](std::string_view key) {
    const record::NodeId node = letter.find(record::Record::root, key);
    return node == record::no_node ? std::string_view() : letter.value(node);
  };
  const auto unquoted = [&](std::string_view key) {
    const std::string_view quoted = text(key);
    return quoted.size() < 2 ? std::string_view() : quoted.substr(1, quoted.size() - 2);
  };
  if (!filter.reason.empty() && unquoted("reason") != filter.reason) return std::nullopt;
  if (unquoted("time") < filter.since) return std::nullopt;
  const std::string_view record = text("record");
  if (record.empty() || record.front() != '{') return std::nullopt;
  return std::string(record);
}

// The letters that stay; what an earlier failure left there is overwritten.
class Rest {
 public:
  explicit Rest(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~Rest() {
    if (fd_ >= 0) ::close(fd_);
  }
  Rest(const Rest&) = delete;
  Rest& operator=(const Rest&) = delete;

  bool add(std::string line) {
    line.push_back('\n');
    return ::write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  }
  bool sync() { return ::fdatasync(fd_) == 0; }

 private:
  int fd_;
};

}  // namespace

Result<Replayed> Replay::run(const ReplayFilter& filter) {
  const Result<DeadLetterFiles::Taken> taken = parts_.letters.take(parts_.sink);
  if (!taken) return taken.error();
  if (taken->letters.empty()) return Replayed{};
  Result<Replayed> replayed = put_back(*taken, filter);
  if (!replayed) return replayed;
  if (Result<void> ended = parts_.letters.give_back(parts_.sink, *taken, replayed->kept == 0); !ended) {
    return ended.error();
  }
  return replayed;
}

Result<Replayed> Replay::put_back(const DeadLetterFiles::Taken& taken, const ReplayFilter& filter) {
  std::ifstream letters(taken.letters, std::ios::binary);
  if (!letters) return Error{taken.letters + " can't be read: " + std::strerror(errno)};
  Rest rest(taken.rest);
  Replayed replayed;
  telemetry::Instrument records;
  stream::Writer writer({}, parts_.stream, records);
  record::Record letter;
  bool room = true;
  for (std::string line; std::getline(letters, line);) {
    if (parts_.stop) return Error{"the process ends; the letters stay, and some may be delivered twice"};
    room = room && wait_until([this] { return !parts_.budget.exhausted(); });
    const std::optional<std::string> record = room ? wanted_record(letter, line, filter) : std::nullopt;
    if (!record) {
      if (!rest.add(line)) return Error{"the letters that stay can't be written; nothing was removed"};
      ++replayed.kept;
      continue;
    }
    writer.begin({}) += *record;
    writer.commit(parts_.clock.now(), parts_.clock.wall_now());
  }
  writer.flush();
  replayed.records = records.value();
  if (letters.bad()) return Error{taken.letters + " can't be read to its end; nothing was removed"};
  if (replayed.kept > 0 && !rest.sync()) return Error{"the letters that stay can't be synced; nothing was removed"};
  const std::uint64_t end = replayed.records > 0 ? parts_.stream.end() : 0;  // nobody else appends to it
  if (!wait_until([&] { return parts_.stream.durable_end() >= end; })) {
    return Error{"the disk doesn't take the records; the letters stay, and some may be delivered twice"};
  }
  return replayed;
}

bool Replay::wait_until(const std::function<bool()>& condition) const {
  for (const MonoTime deadline = parts_.clock.now() + parts_.patience; !condition();) {
    if (parts_.stop || parts_.clock.now() >= deadline) return false;
    std::this_thread::sleep_for(look_interval);
  }
  return true;
}

}  // namespace towline::delivery
