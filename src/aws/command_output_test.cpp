#include "aws/command_output.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "aws/files_test_support.hpp"

namespace towline::aws {
namespace {

using namespace std::chrono_literals;

std::string output(const std::string& command, const CommandLimits& limits = {}, const std::stop_token& stop = {}) {
  const Result<Secret> output = command_output(command, limits, stop);
  return output ? "said " + std::string(output->reveal()) : output.error().message;
}

// Dead processes may wait for a parent that doesn't care.
bool is_dead(int process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string status{std::istreambuf_iterator<char>(file), {}};
  return status.empty() || status.find(") Z ") != std::string::npos;
}

// The process whose id stands in the file is gone soon.
bool is_gone(const TestFiles& files, const std::string& name) {
  for (int i = 0; i < 1000; ++i) {
    const std::string id = files.read(name);
    if (!id.empty() && is_dead(std::stoi(id))) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

TEST(CommandOutput, IsWhatTheCommandSays) {
  EXPECT_EQ(output("echo one; echo 'two  three' | tr w W"), "said one\ntWo  three\n");
  EXPECT_EQ(output("true"), "said ");
  EXPECT_EQ(output("cat"), "said ");  // there is nothing to read
  EXPECT_EQ(output("echo secret >&2"), "said ");
}

TEST(CommandOutput, TheEndCounts) {
  EXPECT_EQ(output("echo secret; exit 3"), "ended with status 3");
  EXPECT_EQ(output("kill -9 $$"), "was killed by signal 9");
  EXPECT_EQ(output("towline-has-no-such-command"), "ended with status 127");
}

TEST(CommandOutput, IsBounded) {
  const CommandLimits limits{.output_max = 1000};
  EXPECT_EQ(output("head -c 1000 /dev/zero | tr '\\0' x", limits), "said " + std::string(1000, 'x'));
  EXPECT_EQ(output("head -c 1001 /dev/zero", limits), "said more than 1000 bytes");
  EXPECT_EQ(output("yes secret", limits), "said more than 1000 bytes");
}

TEST(CommandOutput, TakesItsTimeAndNoMore) {
  const TestFiles files;
  const CommandLimits limits{.time = 300ms};
  const std::string child = "sleep 1000 & echo $! > " + files.path("child") + "; ";
  EXPECT_EQ(output(child + "sleep 1000", limits), "took longer than 300 ms");
  EXPECT_TRUE(is_gone(files, "child"));
}

TEST(CommandOutput, ClosingTheOutputIsNotTheEnd) {
  EXPECT_EQ(output("echo x; exec >&-; sleep 0.1; exit 4"), "ended with status 4");
  EXPECT_EQ(output("exec >&-; sleep 1000", {.time = 200ms}), "took longer than 200 ms");
}

TEST(CommandOutput, CanBeStopped) {
  const TestFiles files;
  std::stop_source stop;
  std::thread stops([&] {
    while (files.read("own").empty()) std::this_thread::sleep_for(5ms);
    stop.request_stop();
  });
  EXPECT_EQ(output("echo $$ > " + files.path("own") + "; sleep 1000", {}, stop.get_token()), "was stopped");
  stops.join();
  EXPECT_TRUE(is_gone(files, "own"));
}

}  // namespace
}  // namespace towline::aws
