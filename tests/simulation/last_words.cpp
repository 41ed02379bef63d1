#include "simulation/last_words.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

namespace towline::simulation {

namespace {

thread_local const LastWords* innermost = nullptr;
int exit_code_of_abort = 1;

}  // namespace

LastWords::LastWords(std::function<std::string()> story)
    : outer_(std::exchange(innermost, this)), story_(std::move(story)) {}

LastWords::~LastWords() {
  innermost = outer_;
}

// The process is lost anyway; that allocating in a handler is not safe costs at most the story.
void LastWords::install(int exit_code) {
  exit_code_of_abort = exit_code;
  std::signal(SIGABRT, [](int) {
    std::printf("aborted in this history:\n");
    for (const LastWords* words = innermost; words != nullptr; words = words->outer_)
      std::printf("%s\n", words->story_().c_str());
    std::fflush(stdout);
    _exit(exit_code_of_abort);
  });
}

}  // namespace towline::simulation
