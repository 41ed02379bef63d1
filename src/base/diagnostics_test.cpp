#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <thread>
#include <vector>

#include "base/diagnostics_line.hpp"

namespace towline::diagnostics {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const WallTime noon{std::chrono::seconds(1'795'176'000) + std::chrono::milliseconds(123)};

TEST(TextLine, IsKeyValueWithQuotesWhereNeeded) {
  const Event event{noon,
                    Severity::info,
                    "source.listening",
                    "A source is listening",
                    {{"source", "app"}, {"address", "127.0.0.1:9000"}, {"count", 3}, {"ok", true}, {"ratio", 0.5}}};
  EXPECT_EQ(text_line(event, false),
            "2026-11-20T12:00:00.123Z level=info event=source.listening message=\"A source is listening\" source=app "
            "address=127.0.0.1:9000 count=3 ok=true ratio=0.5\n");
}

TEST(TextLine, EscapesValuesSoThatOneEventIsOneLine) {
  const Event event{noon, Severity::warn, "e", "m", {{"a", ""}, {"b", "x\ny=\"z\""}, {"c", "\x1b[2J"}, {"d", "a=b"}}};
  EXPECT_THAT(text_line(event, false), EndsWith(R"( message=m a="" b="x\ny=\"z\"" c="\u001b[2J" d="a=b")"
                                                "\n"));
}

TEST(TextLine, ColoursTheLevelOnly) {
  EXPECT_THAT(text_line({noon, Severity::error, "e", "m", {}}, true), HasSubstr(" \x1b[31mlevel=error\x1b[0m event=e"));
}

TEST(JsonLine, IsOneObject) {
  const Event event{noon,
                    Severity::error,
                    "sink.held",
                    "Say \"no\"",
                    {{"sink", "b"},
                     {"n", -7},
                     {"max", std::numeric_limits<std::uint64_t>::max()},
                     {"ok", false},
                     {"nan", std::numeric_limits<double>::quiet_NaN()}},
                    4,
                    2};
  EXPECT_EQ(json_line(event),
            R"({"time":"2026-11-20T12:00:00.123Z","level":"error","event":"sink.held","message":"Say \"no\"",)"
            R"("suppressed":4,"lost_lines":2,"sink":"b","n":-7,"max":18446744073709551615,"ok":false,"nan":null})"
            "\n");
}

TEST(Line, CutsALongValueBetweenCharacters) {
  const std::string wide = std::string(value_bytes_max - 1, 'a') + "é" + "tail";
  const std::string line = text_line({noon, Severity::info, "e", "m", {{"v", wide}}}, false);
  EXPECT_THAT(line, EndsWith("v=\"" + std::string(value_bytes_max - 1, 'a') + "…\"\n"));
}

TEST(Line, NeverExceedsWhatAPipeTakesInOnePiece) {
  const std::string nasty(10'000, '\x01');  // each byte becomes six
  const Event event{noon, Severity::info, "e", "m", {{"a", nasty}, {"b", nasty}, {"c", nasty}, {"last", "kept"}}};
  for (const std::string& line : {text_line(event, false), json_line(event)}) {
    EXPECT_LE(line.size(), line_bytes_max);
    EXPECT_THAT(line, HasSubstr("kept"));
  }
}

TEST(EventLimit, LetsFiveThroughInTenSecondsAndTellsTheRestLater) {
  EventLimit limit;
  const MonoTime start{};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limit.admit("a", start), 0U);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(limit.admit("a", start + std::chrono::seconds(9)), std::nullopt);
  EXPECT_EQ(limit.admit("b", start), 0U);
  EXPECT_EQ(limit.admit("a", start + std::chrono::seconds(10)), 7U);
  EXPECT_EQ(limit.admit("a", start + std::chrono::seconds(11)), 0U);
}

TEST(EventLimit, HoldsABoundedNumberOfNames) {
  EventLimit limit;
  for (std::size_t i = 0; i < EventLimit::events_max; ++i) EXPECT_TRUE(limit.admit(std::to_string(i), {}));
  int admitted = 0;
  for (int i = 0; i < 100; ++i) admitted += limit.admit("new" + std::to_string(i), {}).has_value() ? 1 : 0;
  EXPECT_EQ(admitted, 5);
  EXPECT_TRUE(limit.admit("7", {}));
}

// Makes stderr a pipe for the length of a test; the read end never blocks.
class StderrPipe {
 public:
  StderrPipe() : saved_(dup(STDERR_FILENO)) {
    EXPECT_EQ(pipe(ends_.data()), 0);
    dup2(ends_[1], STDERR_FILENO);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~StderrPipe() {
    dup2(saved_, STDERR_FILENO);
    for (const int fd : {saved_, ends_[0], ends_[1]}) close(fd);
  }
  StderrPipe(const StderrPipe&) = delete;
  StderrPipe& operator=(const StderrPipe&) = delete;

  std::string read_all() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = read(ends_[0], buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
  }

  void fill() const {
    const std::string page(4096, 'x');
    for (pollfd stream{ends_[1], POLLOUT, 0}; poll(&stream, 1, 0) == 1;) {
      ASSERT_EQ(write(ends_[1], page.data(), page.size()), 4096);
    }
  }

 private:
  int saved_;
  std::array<int, 2> ends_{};
};

TEST(Diagnostics, WritesOnlyWhatIsSevereEnough) {
  const StderrPipe pipe;
  configure(Severity::warn, Format::text);
  info("test.severity", "Not this");
  warn("test.severity", "But this", {{"n", 1}});
  configure(Severity::info, Format::text);
  const std::string text = pipe.read_all();
  EXPECT_THAT(text, Not(HasSubstr("Not this")));
  EXPECT_THAT(text, EndsWith("level=warn event=test.severity message=\"But this\" n=1\n"));
}

TEST(Diagnostics, WritesJsonWhenAsked) {
  const StderrPipe pipe;
  configure(Severity::debug, Format::json);
  debug("test.json", "Hello");
  configure(Severity::info, Format::text);
  EXPECT_THAT(pipe.read_all(), StartsWith("{\"time\":\"20"));
}

TEST(Diagnostics, NeverWaitsForAFullPipeAndCountsWhatIsLost) {
  const StderrPipe pipe;
  pipe.fill();
  const std::uint64_t before = lost_lines();
  error("test.full", "Lost");
  error("test.full", "Lost too");
  EXPECT_EQ(lost_lines() - before, 2U);
  pipe.read_all();
  error("test.full", "Written");
  EXPECT_THAT(pipe.read_all(), EndsWith("message=Written lost_lines=2\n"));
  error("test.full", "Again");
  EXPECT_THAT(pipe.read_all(), Not(HasSubstr("lost_lines")));
}

TEST(Diagnostics, SurvivesAClosedStderr) {
  const int saved = dup(STDERR_FILENO);
  close(STDERR_FILENO);
  const std::uint64_t before = lost_lines();
  error("test.closed", "Nobody hears this");
  const std::uint64_t after = lost_lines();
  dup2(saved, STDERR_FILENO);
  close(saved);
  EXPECT_EQ(after - before, 1U);
  const StderrPipe pipe;  // tells the loss here and not in another test
  error("test.closed", "Heard");
  EXPECT_THAT(pipe.read_all(), HasSubstr("lost_lines=1"));
}

TEST(Diagnostics, KeepsLinesOfSeveralThreadsWhole) {
  const StderrPipe pipe;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] { error("test.thread." + std::to_string(i), "A whole line", {{"end", "here"}}); });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = pipe.read_all();
  std::size_t lines = 0;
  for (std::size_t start = 0, end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1, ++lines) {
    EXPECT_THAT(text.substr(start, end - start), EndsWith(" message=\"A whole line\" end=here"));
  }
  EXPECT_EQ(lines, 4U);
}

}  // namespace
}  // namespace towline::diagnostics
